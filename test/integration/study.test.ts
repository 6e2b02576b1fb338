// A study through the whole workbench: tuned on validation alone, then its tables; held, let go on, cancelled and removed.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RunResults } from '../../src-main/workspace/run-results.ts'
import { experiment, temporaryFolder } from './bench.ts'
import { openStudyBench, outcome, smallStudy, studyEnded, withData } from './study-bench.ts'

test('a table: every model tuned with one budget on validation alone, then compared over seeds; looks at the test part are counted', async () => {
  const { bench, datasetId } = await withData()
  const { id: studyId } = await bench.call('studies.create', smallStudy(datasetId))
  const study = await studyEnded(bench, studyId)
  expect(study).toMatchObject({ state: 'done', reason: null, phase: 'Done', fraction: 1 })
  const byLabel = Map.groupBy(study.trials, ({ label }) => label)
  expect([...byLabel].map(([label, trials]) => [label, trials.length])).toEqual([
    ['EASE', 5],
    ['Factors', 5],
    ['Transformer', 5],
  ])
  for (const trials of byLabel.values()) {
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
    const best = trials.filter((trial) => trial.best)
    expect(best).toHaveLength(1)
    expect(best[0]!.validation).toBe(Math.max(...trials.map(({ validation }) => validation ?? 0)))
  }

  // a trial has no test results anywhere: not in its row, not in its file
  const trial = await bench.call('runs.get', { runId: study.trials[0]!.runId })
  expect(trial).toMatchObject({ state: 'done', test: null, validation: expect.any(Number) })
  for (const { runId } of study.trials) {
    const results = RunResults.open(join(bench.root, 'runs', runId, 'metrics.db'))!
    expect(results.summary()!.evaluations.map(({ part }) => part)).toEqual(['validation'])
    expect(() => results.evaluation('test')).toThrow('holds no test results')
    results.close()
  }
  const tuning = trial.experimentId
  await expect(
    bench.call('compare.table', { experimentId: tuning, metric: 'ndcg@10', domain: 'mean', baseline: null }),
  ).rejects.toThrow('have seen validation only')

  const [made] = study.experiments
  const { runs, spec, studyId: of } = await bench.call('experiments.get', { experimentId: made!.experimentId })
  expect(of).toBe(studyId)
  expect(runs.map(({ label, seed, state }) => `${label} ${seed} ${state}`)).toEqual([
    'Popularity 1 done',
    'EASE 1 done',
    'Factors 1 done',
    'Factors 2 done',
    'Transformer 1 done',
    'Transformer 2 done',
  ])
  for (const { label, config } of spec.runs.slice(1))
    expect(config).toEqual(byLabel.get(label)!.find(({ best }) => best)!.config)

  const looks = await bench.call('compare.looks', { experimentId: made!.experimentId })
  expect(looks.map(({ label, seed }) => `${label} ${seed}`).toSorted()).toEqual(
    runs.map(({ label, seed }) => `${label} ${seed}`).toSorted(),
  )
  expect(await bench.call('compare.looks', { experimentId: tuning })).toEqual(looks) // one card, one test part
  const shown = { metric: 'ndcg@10', domain: 'mean' } as const
  const table = await bench.call('compare.table', { experimentId: made!.experimentId, ...shown, baseline: null })
  expect(table.looks).toEqual({ runs: 6, configurations: 4 })

  const text = await bench.call('studies.export', { studyId, ...shown, format: 'text' })
  for (const part of ['Difference to Transformer', 'Tuning on validation', 'reported, protocol unknown', '0.535'])
    expect(text).toContain(part)
  const latex = await bench.call('studies.export', { studyId, ...shown, format: 'latex' })
  expect(latex.match(/\\toprule/g)).toHaveLength(3)
  expect(await bench.call('studies.list', {})).toEqual([study])

  await bench.call('studies.remove', { studyId })
  expect(await bench.call('studies.list', {})).toEqual([])
  expect(await bench.call('experiments.list', {})).toEqual([])
  expect(readdirSync(join(bench.root, 'runs'))).toEqual([])
  // what was seen stays seen
  const { id: later } = await bench.ran(experiment(datasetId))
  const all = await bench.call('compare.looks', { experimentId: later })
  expect(all).toHaveLength(8)
  expect(all.filter(({ experimentId }) => experimentId === null)).toHaveLength(6)
}, 120_000)

test('paused, the runs at work are finished and no other begins; closed and opened, it goes on to the same end', async () => {
  const root = temporaryFolder()
  const { bench, datasetId } = await withData(root)
  const spec = smallStudy(datasetId, { runs: smallStudy(datasetId).runs.slice(0, 3) })
  const alone = await studyEnded(bench, (await bench.call('studies.create', { ...spec, name: 'Alone' })).id)
  expect(alone.state).toBe('done')
  const expected = await outcome(bench, alone)

  /** The trial of this label begins to run for the `time`-th time: that of the first study came before. */
  const begins = (label: string, time: number): Promise<void> =>
    bench.until(() => {
      const begun = bench.events('run.changed').filter((run) => run.label === label && run.state === 'running')
      return new Set(begun.map(({ id }) => id)).size === time
    })
  const { id: studyId } = await bench.call('studies.create', spec)
  await begins('Factors, trial 1', 2)
  expect(await bench.call('studies.pause', { studyId })).toMatchObject({ state: 'paused' })
  await bench.until(() => {
    const jobs = new Map(bench.events('job.changed').map((job) => [job.id, job.state]))
    return ![...jobs.values()].includes('running')
  })
  const waiting = (await bench.call('jobs.list', {})).filter(({ state }) => state === 'queued')
  expect(waiting.length).toBeGreaterThan(0)
  // what belongs to no study runs meanwhile
  const { runs } = await bench.ran(experiment(datasetId))
  expect(runs.every(({ state }) => state === 'done')).toBe(true)
  expect((await bench.call('jobs.list', {})).filter(({ state }) => state === 'queued')).toHaveLength(waiting.length)
  await bench.call('studies.resume', { studyId })
  await begins('Factors, trial 5', 2)
  await bench.handle.close()

  const again = await openStudyBench(root)
  expect(await again.call('studies.get', { studyId })).toMatchObject({
    state: 'interrupted',
    reason: expect.stringContaining('Resume goes on where it was'),
  })
  await again.call('studies.resume', { studyId })
  const ended = await studyEnded(again, studyId)
  expect(ended.state).toBe('done')
  expect(await outcome(again, ended)).toEqual(expected)
}, 120_000)

test('what a model cannot do is on record, and the others go on; a cancelled study begins nothing more', async () => {
  const { bench, datasetId } = await withData()
  const [popularity, ease] = smallStudy(datasetId).runs
  const broken = { model: 'transformer', label: 'Too wide', config: { width: 9, heads: 2 } } // its width is no multiple
  const { id: studyId } = await bench.call(
    'studies.create',
    smallStudy(datasetId, { runs: [popularity!, ease!, broken], tuning: null, seeds: [1] }),
  )
  const study = await studyEnded(bench, studyId)
  expect(study.state).toBe('done')
  expect(study.reason).toMatch(/^1 of 3 runs did not end well, first 'Too wide', seed 1: /)
  const { runs } = await bench.call('experiments.get', { experimentId: study.experiments[0]!.experimentId })
  expect(runs.map(({ state }) => state)).toEqual(['done', 'done', 'failed'])
  const retried = await bench.call('runs.retry', { runId: runs[2]!.id })
  expect((await bench.call('studies.get', { studyId })).state).toBe('done')
  await bench.call('runs.cancel', { runId: retried.id })
  await bench.until(() => ['cancelled', 'failed'].includes(bench.events('run.changed').at(-1)?.state ?? ''))
  const { reason } = await bench.call('runs.get', { runId: retried.id })
  expect((await bench.call('studies.get', { studyId })).reason).toContain(`'Too wide', seed 1: ${reason}`)

  const other = await bench.call('studies.create', smallStudy(datasetId, { name: 'Other' }))
  await bench.until(() => bench.events('run.changed').some(({ label }) => label === 'EASE, trial 1'))
  const mine = (await bench.call('experiments.list', {})).find(({ studyId }) => studyId === other.id)!
  await expect(bench.call('experiments.remove', { experimentId: mine.id })).rejects.toThrow("part of the study 'Other'")
  expect(await bench.call('studies.cancel', { studyId: other.id })).toMatchObject({ state: 'cancelled' })
  await bench.until(() => {
    const jobs = new Map(bench.events('job.changed').map((job) => [job.id, job.state]))
    return [...jobs.values()].every((state) => state !== 'running' && state !== 'queued')
  })
  const cancelled = await bench.call('studies.get', { studyId: other.id })
  expect(cancelled.experiments).toEqual([])
  expect(new Set(cancelled.trials.map(({ state }) => state)).has('cancelled')).toBe(true)
  await expect(bench.call('studies.resume', { studyId: other.id })).rejects.toThrow('is cancelled')
  await bench.call('studies.remove', { studyId: other.id })
  for (const { runId } of cancelled.trials) expect(existsSync(join(bench.root, 'runs', runId))).toBe(false)
}, 120_000)

test('table 2 at two densities: the whole Transformer taken apart, each thinned domain a table of its own', async () => {
  const { bench, datasetId } = await withData()
  const only = smallStudy(datasetId).runs.slice(3)
  only[0]!.config['epochs'] = 1
  const spec = smallStudy(datasetId, { kind: 'table2', runs: only, seeds: [1], tuning: null, densities: [1, 0.5] })
  const study = await studyEnded(bench, (await bench.call('studies.create', spec)).id)
  expect(study).toMatchObject({ state: 'done', reason: null })
  expect(study.experiments.map(({ density, target }) => [density, target])).toEqual([
    [1, null],
    [0.5, 'A'],
    [0.5, 'B'],
  ])
  const cards = new Set<string>()
  for (const { experimentId } of study.experiments)
    cards.add((await bench.call('experiments.get', { experimentId })).card.hash)
  expect(cards.size).toBe(3)
  const asked = { studyId: study.id, metric: 'ndcg@10', domain: 'mean' } as const
  const csv = await bench.call('studies.export', { ...asked, format: 'csv' })
  const lines = csv.trim().split('\r\n')
  expect(lines).toHaveLength(1 + 3 * 8)
  expect(lines[0]).toMatch(/^study,density,target,model,label,metric,domain,/)
  expect(lines[9]).toMatch(/^Small,0\.5,A,transformer,("[^"]+"|[^,]+),ndcg@10,A,/)
  const markdown = await bench.call('studies.export', { ...asked, format: 'markdown' })
  expect(markdown).toContain('Noise features')
}, 120_000)

test('what cannot be a study is refused with a sentence, and nothing is stored', async () => {
  const { bench, datasetId } = await withData()
  const spec = smallStudy(datasetId)
  const { protocol, runs } = spec
  const refused: [object, RegExp][] = [
    [{ protocol: { ...protocol, density: { A: 0.3, B: 1 } } }, /by its own densities/],
    [{ kind: 'table2' }, /takes one Transformer apart, and this is 'Popularity', 'EASE'/],
    [{ kind: 'tuning', tuning: null }, /needs a budget/],
    [{ kind: 'tuning', runs: runs.slice(0, 1) }, /nothing to tune: Popularity has no ranges/],
    [{ runs: [runs[0], runs[0]] }, /Two models are called 'Popularity'/],
    [{ runs: [{ ...runs[1], config: { lambda: -1 } }] }, /EASE.*Give a number from/],
    [{ domains: { kind: 'genres', a: ['Action'], b: ['Horror'], ties: 'drop' } }, /Tuning: .*no genre "Horror"/],
    [{ densities: [] }, /there is no density/],
  ]
  for (const [changes, sentence] of refused)
    await expect(bench.handle.call('studies.create', { ...spec, ...changes })).rejects.toThrow(sentence)
  expect(await bench.call('studies.list', {})).toEqual([])

  const suggested = await bench.call('studies.suggest', { datasetId, kind: 'table1' })
  const models = await bench.call('models.list', {})
  expect(suggested.runs.map(({ model }) => model)).toEqual(models.map(({ id }) => id))
  expect(suggested).toMatchObject({ seeds: [1, 2, 3, 4, 5], densities: [1], tuning: { method: 'tpe', trials: 8 } })
  expect(await bench.call('studies.suggest', { datasetId, kind: 'table2' })).toMatchObject({
    runs: [{ model: 'transformer' }],
    densities: [1, 0.3, 0.1],
    tuning: null,
  })
})
