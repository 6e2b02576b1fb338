/** A whole Crossreel that works at one study until it is done, as the command line does. Run, and killed, by study-kill.test.ts. */
import type { Job, Study, StudySpec } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import { createWorkbench } from '../../src-main/workbench/index.ts'

const [root, entry, argument] = process.argv.slice(2)
if (!root || !entry || !argument) throw new Error('usage: study-child ROOT ENTRY SPEC')

const workbench = await createWorkbench({
  root,
  shell: 'browser',
  launch: launchNode(entry),
  pick: null,
  emit: (event, payload) => {
    if (event === 'job.changed' && 'kind' in payload) say(payload)
    if (event === 'studies.changed') void look()
  },
})

function say({ label, state, error }: Job): void {
  if (state !== 'queued') console.log(`${label}: ${state}${error === null ? '' : `. ${error}`}`)
}

async function look(): Promise<void> {
  const [study] = (await workbench.call('studies.list', {})) as Study[]
  if (!study || study.state === 'running') return
  console.log(`ended ${study.state}`)
  await workbench.close()
}

const spec: StudySpec = JSON.parse(argument)
const [known] = (await workbench.call('studies.list', {})) as Study[]
if (known) await workbench.call('studies.resume', { studyId: known.id })
else await workbench.call('studies.create', spec)
console.log('begun')
await look()
