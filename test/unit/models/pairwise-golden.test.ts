// BPR, LightGCN and VBPR against PyTorch and NumPy from the same weights: loss, gradients, and the losses of thirty steps.
import { beforeAll, describe, expect, test } from 'vitest'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { FitEvent } from '../../../src-main/learning/model.ts'
import { bprGradient } from '../../../src-main/learning/models/bpr-gradient.ts'
import { interactionGraph } from '../../../src-main/learning/models/interaction-graph.ts'
import { lightGcnGradient, propagatedVectors } from '../../../src-main/learning/models/lightgcn-gradient.ts'
import { vbprBatch } from '../../../src-main/learning/models/vbpr-batch.ts'
import { unitFeatures } from '../../../src-main/learning/models/vbpr-features.ts'
import { vbprLoss, vbprSpecs, vbprTables } from '../../../src-main/learning/models/vbpr-forward.ts'
import { Parameters } from '../../../src-main/learning/parameters.ts'
import type { ParameterTensors } from '../../../src-main/learning/parameters.ts'
import { allRows, prepareRows, uploadRows } from '../../../src-main/learning/row-upload.ts'
import { StepGradient } from '../../../src-main/learning/step-gradient.ts'
import { train } from '../../../src-main/learning/trainer.ts'
import type { HostStep, Learner, TrainingStep } from '../../../src-main/learning/trainer.ts'
import bpr from '../../golden/bpr.json' with { type: 'json' }
import lightgcn from '../../golden/lightgcn.json' with { type: 'json' }
import vbpr from '../../golden/vbpr.json' with { type: 'json' }
import { nobody, plainPlan, RecordedTable, relativeDistance, triplesOf } from './recorded-table.ts'

const TOLERANCE = 1e-5
const facts = { samples: 1, weight: 1, about: () => 'golden triples' }
const turn = async (): Promise<void> => undefined

/** The losses of one epoch of the shared trainer. */
async function lossesOf(learner: Learner, rate: number): Promise<number[]> {
  const losses: number[] = []
  await train(learner, nobody, plainPlan(rate), {
    seed: 1,
    signal: new AbortController().signal,
    onEvent: (event: FitEvent) => void (event.type === 'step' && losses.push(event.loss)),
    validate: async () => 0,
  })
  return losses
}

function expectLosses(found: number[], expected: number[]): void {
  expect(found.length).toBe(expected.length)
  for (const [step, loss] of expected.entries())
    expect(Math.abs(found[step]! / loss - 1), `step ${step + 1}`).toBeLessThan(TOLERANCE)
}

describe('BPR', () => {
  const tables = () => ({
    user: new RecordedTable({ name: 'user', shape: [bpr.users, bpr.dim], start: { constant: 0 } }, bpr.start.user),
    item: new RecordedTable({ name: 'item', shape: [bpr.items, bpr.dim], start: { constant: 0 } }, bpr.start.item),
    bias: new RecordedTable({ name: 'item.bias', shape: [bpr.items, 1], start: { constant: 0 } }, bpr.start.bias),
  })

  test('loss and gradient are PyTorch’s', () => {
    const own = tables()
    const loss = bprGradient(own, triplesOf(bpr.steps[0]!), bpr.l2)
    expect(Math.abs(loss / bpr.loss - 1)).toBeLessThan(TOLERANCE)
    for (const name of ['user', 'item', 'bias'] as const)
      expect(relativeDistance(own[name].gradient, bpr.gradient[name]), name).toBeLessThan(TOLERANCE)
  })

  test('thirty steps are those of torch.optim.SparseAdam', async () => {
    const own = tables()
    const steps = bpr.steps.map((triples): HostStep => ({
      ...facts,
      differentiate: async () => bprGradient(own, triplesOf(triples), bpr.l2),
    }))
    const learner = { parameters: new Parameters([]), tables: [own.user, own.item, own.bias], epoch: () => steps }
    expectLosses(await lossesOf(learner, bpr.rate), bpr.losses)
  })
})

describe.each(lightgcn)('LightGCN with $layers layers of $dim columns', (golden) => {
  const { users, items, dim: width, layers, l2 } = golden
  const ends = (side: 0 | 1): Int32Array => Int32Array.from(golden.edges, (edge) => edge[side]!)
  const shape = { graph: interactionGraph({ users, items }, ends(0), ends(1)), users, width, layers }

  test('embeddings are propagated as by powers of NumPy’s matrix', async () => {
    const found = await propagatedVectors(shape, Float32Array.from(golden.start), turn)
    expect(relativeDistance([...found.users, ...found.items], golden.propagated)).toBeLessThan(1e-6)
  })

  test('loss and gradient are PyTorch’s', async () => {
    const gradient = new Float32Array(golden.start.length)
    const triples = triplesOf(golden.steps[0]!)
    const loss = await lightGcnGradient(shape, Float32Array.from(golden.start), triples, l2, gradient, turn)
    expect(Math.abs(loss / golden.loss - 1)).toBeLessThan(TOLERANCE)
    expect(relativeDistance(gradient, golden.gradient)).toBeLessThan(TOLERANCE)
  })

  test('thirty steps are those of torch.optim.Adam', async () => {
    const parameters = new Parameters([{ name: 'all', shape: [users + items, width], start: { constant: 0 } }])
    parameters.values.set(golden.start)
    const steps = golden.steps.map((triples): HostStep => ({
      ...facts,
      differentiate: (gradient) => lightGcnGradient(shape, parameters.values, triplesOf(triples), l2, gradient, turn),
    }))
    expectLosses(await lossesOf({ parameters, tables: [], epoch: () => steps }, golden.rate), golden.losses)
  })
})

describe('VBPR', () => {
  const { users, items, settings } = vbpr
  const features = unitFeatures(
    vbpr.tables.map(({ name, dim, rows, present }) => ({
      name,
      dim,
      rows: Float32Array.from(rows),
      present: Uint8Array.from(present),
      hash: name,
    })),
    items,
  )
  const starts = new Map<string, number[]>(Object.entries(vbpr.start))

  function golden(): { learner: Learner; tables: RecordedTable[]; parameters: Parameters; steps: TrainingStep[] } {
    const specs = vbprSpecs(settings, { users, items, features: features.width })
    const parameters = new Parameters(specs.filter(({ name }) => !vbprTables.includes(name)))
    parameters.values.set(parameters.specs.flatMap(({ name }) => starts.get(name)!))
    const tables = specs
      .filter(({ name }) => vbprTables.includes(name))
      .map((spec) => new RecordedTable(spec, starts.get(spec.name)!))
    const steps = vbpr.steps.map((triples): TrainingStep => {
      const batch = vbprBatch(triplesOf(triples), { users, items })
      const rows = prepareRows(features, batch.items.rows)
      const prepared = {
        rows: [batch.users.rows, batch.items.rows, batch.items.rows],
        upload: () => {
          const uploaded = uploadRows(rows)
          return (p: ParameterTensors) => vbprLoss(settings, p, batch, uploaded)
        },
      }
      return { ...facts, parts: 1, prepare: () => prepared }
    })
    return { learner: { parameters, tables, epoch: () => steps }, tables, parameters, steps }
  }

  test('features are NumPy’s: centred, of unit length, with a mark for what is missing', () => {
    expect(relativeDistance(allRows(features), vbpr.features)).toBeLessThan(1e-6)
  })

  describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
    beforeAll(async () => void (await startBackend(backend)))

    test('loss and gradient are PyTorch’s', async () => {
      const { learner, tables, parameters, steps } = golden()
      const gradient = new StepGradient(learner)
      const loss = await gradient.compute(steps[0]!, 0, null, turn)
      expect(Math.abs(loss / vbpr.loss - 1)).toBeLessThan(TOLERANCE)
      const expected = new Map<string, number[]>(Object.entries(vbpr.gradient))
      for (const table of tables)
        expect(relativeDistance(table.gradient, expected.get(table.name)!), table.name).toBeLessThan(TOLERANCE)
      const dense = parameters.specs.flatMap(({ name }) => expected.get(name)!)
      expect(relativeDistance(gradient.vector, dense)).toBeLessThan(TOLERANCE)
    })

    test('thirty steps are those of torch.optim.SparseAdam and Adam', async () => {
      expectLosses(await lossesOf(golden().learner, vbpr.rate), vbpr.losses)
    })
  })
})
