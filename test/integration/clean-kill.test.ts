/** kill -9 during a cleaning and a combining: what was there stays, nothing half done is ever visible, and opening the workspace tidies up. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DatasetPaths } from '../../src-main/datasets/derive.ts'
import { launchNode } from '../../src-main/jobs/launch-node.ts'
import type { JobTask } from '../../src-main/jobs/messages.ts'
import { Random } from '../../src-main/learning/random.ts'
import { workspacePaths } from '../../src-main/workspace/paths.ts'
import { PosterFile } from '../../src-main/workspace/poster-file.ts'
import { Workspace } from '../../src-main/workspace/workspace.ts'
import { jobEntry, temporaryFolder } from './bench.ts'
import { withDataset, writeParent } from './clean-data.ts'

const moments = 7
const films = { id: 'ds-00000000000films', name: 'Films', users: 3000, movies: 4000, ratingsEach: 150, seed: 3 }
const books = { id: 'ds-00000000000books', name: 'Books', users: 1000, movies: 900, ratingsEach: 60, seed: 4 }
const made = 'ds-000000000000made'

const clean: JobTask = {
  ...{ kind: 'clean', parent: films.id, parentName: 'Films', datasetId: made, name: 'Clean' },
  recipe: { impossibleTimes: 'remove', orphans: 'remove', burst: { perDay: 100 }, constant: { atLeast: 20 }, kCore: 20, standardise: 'user' }, // prettier-ignore
}
const combine: JobTask = {
  ...{ kind: 'combine', first: films.id, second: books.id, names: ['Films', 'Books'], datasetId: made },
  ...{ name: 'Both', links: null },
}

/** Runs the task in a process of its own; kills it `moment` ms after it has begun, or lets it end. @returns how long it took, null when killed */
function run(root: string, task: JobTask, moment: number | null): Promise<number | null> {
  const job = launchNode(jobEntry)('Killed')
  return new Promise((resolve, reject) => {
    let begun = 0
    let took: number | null = null
    job.onEvent((event) => {
      if (event.type === 'failed') reject(new Error(event.reason))
      if (event.type === 'done') took = performance.now() - begun
      if (event.type !== 'ready') return
      begun = performance.now()
      job.post({ type: 'start', workspace: root, task })
      if (moment !== null) setTimeout(() => job.kill(), moment)
    })
    job.onExit(() => resolve(took))
  })
}

function filesOf(root: string, id: string): DatasetPaths {
  const paths = workspacePaths(root)
  return { dataset: paths.dataset(id), posters: paths.posters(id), plots: paths.plots(id) }
}

test.each([
  ['cleaning', clean],
  ['combining', combine],
])(`a %s killed at ${moments} moments leaves nothing partial, and the next one works`, async (_, task) => {
  const root = temporaryFolder()
  for (const parent of [films, books]) await writeParent(filesOf(root, parent.id), parent)
  const names = (): string[] => readdirSync(join(root, 'datasets')).sort()
  const parents = names()
  const target = filesOf(root, made)
  const whole = (): { hash: string; posters: string } => {
    const posters = PosterFile.open(target.posters)
    posters.close()
    return { hash: withDataset(target.dataset, (file) => (file.ratings(), file.meta.hash)), posters: posters.hash }
  }
  /** As main does it: the id is noted before the job begins, and whatever has it is deleted unless the job ends well. */
  const expectNothing = (): void => {
    const workspace = Workspace.open(root)
    expect(names()).toEqual(parents)
    expect(readdirSync(join(root, 'staging'))).toEqual([])
    workspace.close()
  }
  const expecting = (): void => {
    const workspace = Workspace.open(root)
    workspace.datasets.expect(made)
    workspace.close()
  }
  expecting()
  const took = await run(root, task, null)
  const complete = whole()
  expectNothing()

  const random = new Random(5)
  let unfinished = 0
  for (let i = 0; i < moments; i++) {
    expecting()
    await run(root, task, ((i + random.next()) / moments) * (took ?? 0))
    if (!existsSync(target.dataset)) unfinished++
    else expect(whole()).toEqual(complete)
    expectNothing()
  }
  expect(unfinished).toBeGreaterThan(0)
  await run(root, task, null)
  expect(whole()).toEqual(complete)
})
