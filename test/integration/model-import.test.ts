// A model that leaves one workspace as a file and comes into another: it gives what it gave, to the last digit.
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Run, RunSpec } from '../../src-preload/contract.ts'
import { type Command, parseCommand } from '../../src-main/cli/command.ts'
import { exportModelsCommand, importModelCommand } from '../../src-main/cli/model-commands.ts'
import { createProgressLine } from '../../src-main/cli/progress-line.ts'
import { RunResults } from '../../src-main/workspace/run-results.ts'
import { readModelFile, writeModelFile } from '../../src-main/workspace/model-file.ts'
import { type Bench, experiment, jobEntry, openBench, protocol, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

const transformer = { width: 16, layers: 1, heads: 2, shared: 8, history: 12, epochs: 3, batch: 16, loss: 'bce' }
const runs: RunSpec[] = [
  { model: 'ease', label: 'EASE', config: {} },
  { model: 'ials', label: 'iALS', config: { dim: 8 } },
  { model: 'transformer', label: 'T', config: { ...transformer, negatives: 16 } },
]

interface Trained {
  bench: Bench
  source: string
  experimentId: string
  runs: Run[]
  /** Of the exported models, run by run. */
  files: string[]
}

async function trained(): Promise<Trained> {
  const source = writeMovieLens(join(temporaryFolder(), 'ml'))
  const bench = await openBench()
  const spec = experiment(await bench.imported(source), { runs, seeds: [3] })
  const { id, runs: done } = await bench.ran(spec)
  const folder = temporaryFolder()
  const files: string[] = []
  for (const { id: runId } of done) {
    const { token } = bench.handle.keepPath(folder)
    files.push((await bench.call('runs.exportModel', { runId, token })).path)
  }
  return { bench, source, experimentId: id, runs: done, files }
}

async function imported(bench: Bench, experimentId: string, path: string): Promise<Run> {
  const { token } = bench.handle.keepPath(path)
  const { id: runId } = await bench.call('runs.importModel', { experimentId, token })
  await bench.ended(bench.events('job.changed').find((job) => job.runId === runId)!)
  return bench.call('runs.get', { runId })
}

function resultsOf({ root }: Bench, { id }: Run): object {
  const results = RunResults.open(join(root, 'runs', id, 'metrics.db'))!
  const both = (['validation', 'test'] as const).map((part) => results.evaluation(part))
  results.close()
  return both
}

test('an imported model has the results of the run it comes from, here and in another workspace', async () => {
  const { bench, source, experimentId, runs: done, files } = await trained()
  const other = await openBench()
  const elsewhere = await other.call(
    'experiments.create',
    experiment(await other.imported(source, 'Another name'), { runs: [runs[0]!], seeds: [9] }),
  )
  for (const [k, run] of done.entries())
    for (const [where, id] of [
      [bench, experimentId],
      [other, elsewhere.id],
    ] as const) {
      const copy = await imported(where, id, files[k]!)
      expect(copy).toMatchObject({ state: 'done', label: `${run.label} (imported)`, reason: null })
      const { model, config, seed, parameters, bestEpoch, epochs, validation, test: tested, backend } = run
      expect(copy).toMatchObject({
        model,
        config,
        seed,
        parameters,
        bestEpoch,
        epochs,
        validation,
        test: tested,
        backend,
      })
      expect(resultsOf(where, copy)).toEqual(resultsOf(bench, run))
      const folder = join(where.root, 'runs', copy.id)
      const { snapshot } = await readModelFile(join(folder, 'weights.safetensors'))
      expect(snapshot).toEqual((await readModelFile(files[k]!)).snapshot)
      expect(existsSync(join(folder, 'imported.safetensors'))).toBe(false)
    }
  const again = await imported(bench, experimentId, files[0]!)
  expect(again.label).toBe('EASE (imported 2)')
  const table = await bench.call('compare.table', { experimentId, metric: 'ndcg@10', domain: 'mean', baseline: 'T' })
  const values = new Map(table.rows.map(({ label, value }) => [label, value]))
  expect(values.get('T (imported)')).toBe(values.get('T'))
}, 120_000)

test('a file that does not belong to the experiment is refused in words, and leaves nothing behind', async () => {
  const { bench, source, experimentId, files } = await trained()
  const datasetId = await bench.imported(source)
  const create = (changes: object): Promise<{ id: string }> =>
    bench.call('experiments.create', experiment(datasetId, { runs: [runs[0]!], seeds: [1], ...changes }))
  const refused = async (id: string, path: string): Promise<string> => {
    const { token } = bench.handle.keepPath(path)
    return bench.call('runs.importModel', { experimentId: id, token }).then(
      () => 'taken',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    )
  }
  const file = files[0]!
  const seeded = await create({ protocol: { ...protocol, splitSeed: 2, positive: 4 } })
  expect(await refused(seeded.id, file)).toMatch(
    /does not belong to this experiment.*Relevant: 'every held-out rating' there, 'held-out ratings of 4 and more' here; .*Split seed: '1' there, '2' here/,
  )
  const smaller = await bench.imported(writeMovieLens(join(temporaryFolder(), 'ml2'), { seed: 5 }))
  expect(await refused((await create({ datasetId: smaller })).id, file)).toMatch(/It differs in Data set: 'Tiny/)

  const folder = temporaryFolder()
  const damaged = join(folder, 'damaged.safetensors')
  copyFileSync(file, damaged)
  appendFileSync(damaged, 'x')
  expect(await refused(experimentId, damaged)).toMatch(/checksum does not match/)
  const unfinished = join(folder, 'unfinished.safetensors')
  await writeModelFile(unfinished, { ...(await readModelFile(file)), origin: null })
  expect(await refused(experimentId, unfinished)).toMatch(/says nothing of a finished run/)
  expect(await refused(experimentId, join(source, 'ratings.csv'))).toMatch(/cannot be read/)
  mkdirSync(join(folder, 'empty'))
  expect(await refused(experimentId, join(folder, 'empty'))).toMatch(/folder|directory/i)
  expect((await bench.call('experiments.get', { experimentId })).runs).toHaveLength(runs.length)

  const features = join(folder, 'features.safetensors')
  const whole = await readModelFile(file)
  await writeModelFile(features, { ...whole, owner: { ...whole.owner, data: 'of other posters' } })
  const failed = await imported(bench, experimentId, features)
  expect(failed).toMatchObject({ state: 'failed' })
  expect(failed.reason).toMatch(/trained on other features of the same split/)
  // it is an import still when it is started again
  await bench.call('runs.retry', { runId: failed.id })
  await bench.until(
    () =>
      bench
        .events('job.changed')
        .filter((job) => job.runId === failed.id)
        .at(-1)?.state === 'failed',
  )
  expect((await bench.call('runs.get', { runId: failed.id })).reason).toMatch(/trained on other features/)
}, 120_000)

test('from the command line: all models of an experiment into a folder, and one of them back', async () => {
  const { bench, experimentId, runs: done } = await trained()
  await bench.handle.close()
  const built = temporaryFolder()
  writeFileSync(join(built, 'job.js'), `import ${JSON.stringify(jobEntry)}`)
  writeFileSync(join(built, 'package.json'), '{"type":"module"}')
  const run = async (command: Command, ...args: string[]): Promise<string> => {
    let said = ''
    const terminal = { write: (text: string) => void (said += text), isTTY: false, columns: 80 }
    const parsed = parseCommand(command, [...args, '--workspace', bench.root])
    await command.run(parsed, { built, progress: createProgressLine(terminal), signal: new AbortController().signal })
    return said
  }
  const folder = join(temporaryFolder(), 'models')
  await expect(run(exportModelsCommand, folder, '--label', 'Nobody')).rejects.toThrow(
    "has no finished run 'Nobody'. It has: EASE, iALS, T.",
  )
  expect(await run(exportModelsCommand, folder)).toContain(join(folder, 'iALS-seed-3.safetensors'))
  expect(readdirSync(folder)).toHaveLength(done.length)
  const said = await run(importModelCommand, join(folder, 'T-seed-3.safetensors'), '--experiment', experimentId)
  expect(said).toContain(`T (imported), seed 3: NDCG@10 on test ${done[2]!.test!.toFixed(4)}`)
}, 120_000)
