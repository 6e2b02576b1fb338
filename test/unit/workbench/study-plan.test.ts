// What a study does next: whatever order its runs end in, and however often it is cut off, it tries the same configurations and ends the same.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelConfig, Run, StudySpec } from '../../../src-preload/contract.ts'
import { Random } from '../../../src-main/learning/random.ts'
import { planRuns } from '../../../src-main/workbench/experiments.ts'
import { modelConfigOf } from '../../../src-main/workbench/model-config.ts'
import {
  earlierRounds,
  nextActions,
  type PartState,
  tableParts,
  trialAt,
  trialsOf,
  TUNING,
} from '../../../src-main/workbench/study-plan.ts'
import type { PlacedRun } from '../../../src-main/workspace/run-repository.ts'
import { spec as experimentSpec } from '../workspace/examples.ts'

const spec: StudySpec = {
  name: 'Table 1',
  kind: 'table1',
  datasetId: experimentSpec.datasetId,
  domains: experimentSpec.domains,
  protocol: experimentSpec.protocol,
  runs: ['popularity', 'ease', 'transformer'].map((model) => ({
    model,
    label: model,
    config: modelConfigOf(model, {}),
  })),
  seeds: [3, 4],
  backend: 'auto',
  tuning: { method: 'tpe', trials: 6, minutes: 0, medianStopping: true, seed: 1 },
  densities: [1, 0.3],
}

/** Validation as a function of the configuration alone; some configurations fail. */
function valueOf(config: ModelConfig): number | null {
  const text = JSON.stringify(config)
  let sum = 0
  for (let i = 0; i < text.length; i++) sum = (sum * 31 + text.charCodeAt(i)) % 1009
  return sum % 7 === 0 ? null : sum / 1009
}

interface Simulated {
  parts: PartState[]
  finished: boolean
}

/** Plays a study: runs end in an order that chance decides, and now and then everything is cut off. */
function play(study: StudySpec, random: Random, cuts: number): Simulated {
  const parts: { part: string; experimentId: string; runs: PlacedRun[] }[] = []
  const row = (
    experimentId: string,
    position: number,
    run: Pick<Run, 'model' | 'label' | 'config' | 'seed'>,
  ): PlacedRun => ({
    position,
    stopped: null,
    run: {
      id: `${experimentId}-${position}`,
      experimentId,
      ...run,
      ...{ state: 'queued', reason: null, createdAt: 0, startedAt: 0, endedAt: null, backend: null, device: null },
      ...{ resumable: false, parameters: null, bestEpoch: null, epochs: null, validation: null, test: null },
    },
  })
  let cut = 0
  for (let turn = 0; turn < 10_000; turn++) {
    for (const action of nextActions(study, parts)) {
      if (action.kind === 'finish') return { parts, finished: true }
      if (action.kind === 'queue') action.run.state = 'queued'
      if (action.kind === 'experiment') {
        const runs = action.part === TUNING ? [] : planRuns(action.spec)
        expect(parts.some(({ part }) => part === action.part)).toBe(false)
        const experimentId = action.part
        parts.push({ part: action.part, experimentId, runs: runs.map((run, i) => row(experimentId, i, run)) })
      }
      if (action.kind === 'trials') {
        const part = parts.find(({ experimentId }) => experimentId === action.experimentId)!
        for (const { position, ...run } of action.trials) {
          expect(part.runs.some((each) => each.position === position)).toBe(false)
          part.runs.push(row(part.experimentId, position, { ...run, seed: 3 }))
        }
      }
    }
    const waiting = parts.flatMap(({ runs }) => runs.map(({ run }) => run)).filter((run) => run.state === 'queued')
    if (cut < cuts && random.next() < 0.2) {
      cut++
      for (const run of waiting) run.state = 'interrupted'
      continue
    }
    const run = waiting[random.integer(waiting.length)]
    if (!run) continue
    const value = valueOf(run.config)
    Object.assign(run, value === null ? { state: 'failed' } : { state: 'done', validation: value }, { endedAt: 1000 })
  }
  return { parts, finished: false }
}

const outcome = ({ parts }: Simulated): object[] =>
  parts.map(({ part, runs }) => ({
    part,
    runs: runs
      .toSorted((a, b) => a.position - b.position)
      .map(({ position, run: { label, seed, config, state, validation } }) => ({
        position,
        label,
        seed,
        config,
        state,
        validation,
      })),
  }))

test('the order in which runs end, and where it was cut off, leave no trace', () => {
  const alone = play(spec, new Random(1), 0)
  expect(alone.finished).toBe(true)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), fc.integer({ min: 0, max: 10 }), (seed, cuts) => {
      const other = play(spec, new Random(seed), cuts)
      expect(other.finished).toBe(true)
      expect(outcome(other)).toEqual(outcome(alone))
    }),
    { numRuns: 30 },
  )
})

test('every model that can be tuned gets the budget, its own configuration first; the tables take the best', () => {
  const { parts } = play(spec, new Random(2), 0)
  const tuning = parts[0]!
  expect(tuning.part).toBe(TUNING)
  expect(trialsOf(tuning, 0)).toEqual([]) // popularity has nothing to tune
  for (const row of [1, 2]) {
    const trials = trialsOf(tuning, row)
    expect(trials.map(({ position }) => trialAt(position).number)).toEqual([1, 2, 3, 4, 5, 6])
    expect(trials[0]!.run.config).toEqual(spec.runs[row]!.config)
    const best = trials.toSorted((a, b) => (b.run.validation ?? -1) - (a.run.validation ?? -1))[0]!
    for (const table of parts.slice(1)) {
      const configs = table.runs.filter(({ run }) => run.label === spec.runs[row]!.label).map(({ run }) => run.config)
      expect(configs.length).toBeGreaterThan(0)
      for (const config of configs) expect(config).toEqual(best.run.config)
    }
  }
})

test('one table at full density, then one for each domain that is thinned; one catalogue has one', () => {
  expect(tableParts(spec).map(({ part, target }) => [part, target])).toEqual([
    ['density 1', null],
    ['density 0.3 of A', 'A'],
    ['density 0.3 of B', 'B'],
  ])
  expect(tableParts({ ...spec, domains: { kind: 'single' }, densities: [0.1] }).map(({ label }) => label)).toEqual([
    '10 % of the training events of the catalogue',
  ])
  expect(tableParts({ ...spec, kind: 'tuning' })).toEqual([])
  const { parts } = play({ ...spec, tuning: null }, new Random(1), 0)
  expect(parts.map(({ part }) => part)).toEqual(['density 1', 'density 0.3 of A', 'density 0.3 of B'])
})

test('table 2 takes the tuned Transformer apart', () => {
  const only = spec.runs.slice(2)
  const { parts } = play({ ...spec, kind: 'table2', runs: only, densities: [1] }, new Random(1), 0)
  const labels = [...new Set(parts[1]!.runs.map(({ run }) => run.label))]
  expect(labels).toHaveLength(8)
  expect(labels[0]).toBe('Full model')
  expect(labels.at(-1)).toBe('Noise features')
})

test('when the time of a model is up, none of its trials begins', () => {
  const { parts } = play({ ...spec, tuning: { ...spec.tuning!, trials: 40, minutes: 5 / 60 } }, new Random(1), 0)
  expect(trialsOf(parts[0]!, 1)).toHaveLength(8) // each takes one second here, so two rounds
})

test('medians come from the rounds before a trial, never from its own', () => {
  const { parts } = play(spec, new Random(1), 0)
  const trials = parts[0]!.runs
  const numbers = (position: number): number[] =>
    earlierRounds(trials, position)
      .map((trial) => trialAt(trial.position).number)
      .toSorted()
  const [first] = trialsOf(parts[0]!, 2)
  expect(numbers(first!.position)).toEqual([])
  expect(numbers(first!.position + 3)).toEqual([])
  expect(numbers(first!.position + 4)).toEqual([1, 2, 3, 4])
  expect(numbers(first!.position + 5)).toEqual([1, 2, 3, 4])
})
