/** A whole Crossreel to be killed: opens the workspace, starts one thing, and says on standard output how far the job is. Run by kill.test.ts. */
import type { ExperimentSpec } from '../../src-preload/contract.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import { createWorkbench } from '../../src-main/workbench/index.ts'

const [root, entry, what, argument] = process.argv.slice(2)
if (!root || !entry || !what || !argument) throw new Error('usage: killed-workbench ROOT ENTRY import|train ARGUMENT')

const workbench = await createWorkbench({
  root,
  shell: 'browser',
  launch: launchNode(entry),
  pick: null,
  emit: (event, payload) => {
    if (event === 'job.changed' && 'phase' in payload) console.log(payload.state)
  },
})
if (what === 'import') {
  await workbench.call('datasets.import', { token: workbench.keepPath(argument).token, name: 'Killed', mapping: null })
} else {
  const spec: ExperimentSpec = JSON.parse(argument)
  await workbench.call('experiments.create', spec)
}
