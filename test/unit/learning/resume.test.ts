// Training that was cut off goes on bit for bit as if nothing had happened, wherever it was cut.
import { beforeAll, describe, expect, test } from 'vitest'
import type { ModelConfig } from '../../../src-preload/contract.ts'
import { startBackend } from '../../../src-main/learning/backends/index.ts'
import type { Checkpoint, CheckpointStore } from '../../../src-main/learning/checkpoint.ts'
import type { FitEvent, FitSummary, Snapshot } from '../../../src-main/learning/model.ts'
import { transformer } from '../../../src-main/learning/models/transformer.ts'
import { Gate } from '../../../src-main/learning/pacer.ts'
import { syntheticData } from './synthetic.ts'

const data = syntheticData({ users: 8, items: 16, events: 10 })
const everyone = Uint32Array.from({ length: data.users }, (_, u) => u)
const tiny: ModelConfig = {
  width: 8,
  layers: 1,
  heads: 2,
  shared: 8,
  history: 6,
  batch: 2,
  epochs: 2,
  patience: 2,
  warmUpSteps: 2,
  negatives: 6,
  dropout: 0.2,
}

/** Keeps the last checkpoint as a file would: a copy, its state through JSON. */
class MemoryStore implements CheckpointStore {
  kept: Checkpoint | null = null
  writes = 0
  /** Dies right after the n-th write. */
  dieAfter = Infinity

  async read(): Promise<Checkpoint | null> {
    return this.kept && structuredClone(this.kept)
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    this.kept = structuredClone({ ...checkpoint, state: JSON.parse(JSON.stringify(checkpoint.state)) })
    if (++this.writes >= this.dieAfter) throw new Error('killed')
  }
}

type Curve = Pick<Extract<FitEvent, { type: 'step' }>, 'type' | 'epoch' | 'step' | 'steps' | 'loss' | 'learningRate'>

/** What a run leaves: its curve without timings, its weights, its summary. */
interface Left {
  curve: (Curve | Extract<FitEvent, { type: 'epoch' }>)[]
  weights: Snapshot['arrays']
  summary: FitSummary
}

interface Cut {
  store?: CheckpointStore
  /** Cancelled when this step's event comes. */
  atStep?: number
  gate?: Gate
  onEvent?: (event: FitEvent) => void
}

async function fit(config: ModelConfig, { store, atStep, gate, onEvent }: Cut = {}): Promise<Left> {
  const controller = new AbortController()
  const curve: Left['curve'] = []
  const model = transformer.create({ ...tiny, ...config })
  try {
    const summary = await model.fit(data, {
      seed: 3,
      signal: controller.signal,
      onEvent: (event) => {
        onEvent?.(event)
        if (event.type === 'epoch') curve.push(event)
        if (event.type !== 'step') return
        const { type, epoch, step, steps, loss, learningRate } = event
        curve.push({ type, epoch, step, steps, loss, learningRate })
        if (step === atStep) controller.abort()
      },
      // a number that depends on every weight, so that a wrong one shows
      validate: async (m) => (await m.score(everyone, data.train, data.domains[0]!)).reduce((a, b) => a + b * b, 0),
      ...(store ? { checkpoints: store } : {}),
      ...(gate ? { gate } : {}),
    })
    return { curve, weights: (await model.save()).arrays, summary: { ...summary, seconds: 0 } }
  } catch (error) {
    if (!(error instanceof Error) || !['AbortError', 'Error'].includes(error.name)) throw error
    throw Object.assign(error, { curve })
  } finally {
    model.dispose()
  }
}

/** The part of a curve that a checkpoint vouches for: what came after it comes again. */
function upTo(curve: Left['curve'], { state }: Checkpoint): Left['curve'] {
  return curve.filter((event) => (event.type === 'step' ? event.step <= state.step : event.epoch < state.epoch))
}

/** Runs until it is cut, then goes on with what the store kept. */
async function cutAndResumed(config: ModelConfig, store: MemoryStore, cut: Cut = {}): Promise<Left> {
  const before = await fit(config, { store, ...cut }).then(
    () => expect.fail('it was not cut'),
    (error: Error & { curve: Left['curve'] }) => error.curve,
  )
  store.dieAfter = Infinity
  const kept = store.kept!
  const after = await fit(config, { store })
  return { ...after, curve: [...upTo(before, kept), ...after.curve] }
}

const configs: ModelConfig[] = [
  { loss: 'softmax', fusion: 'sum' },
  { loss: 'bce', fusion: 'tokens', ids: 'separate', negativeDistribution: 'popularity', microBatch: 1 },
]

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => void (await startBackend(backend)))

  describe.each(configs)('with %o', (config) => {
    test('cancelled at any step and resumed, it ends with the same curve and the same weights', async () => {
      const whole = await fit(config)
      const steps = whole.curve.filter(({ type }) => type === 'step').length
      expect(steps).toBeGreaterThanOrEqual(8)
      for (let atStep = 1; atStep <= steps; atStep++) {
        const store = new MemoryStore()
        expect(await cutAndResumed(config, store, { atStep })).toEqual(whole)
      }
    })

    test('killed after any write of a checkpoint and resumed, too', async () => {
      const whole = await fit(config)
      const counted = new MemoryStore()
      await fit(config, { store: counted })
      expect(counted.writes).toBeGreaterThan(1)
      for (let dieAfter = 1; dieAfter <= counted.writes; dieAfter++) {
        const store = new MemoryStore()
        store.dieAfter = dieAfter
        expect(await cutAndResumed(config, store)).toEqual(whole)
      }
    })
  })
})

test('a run cut off many times ends where the whole one does', async () => {
  await startBackend('wasm')
  const whole = await fit(configs[1]!)
  const store = new MemoryStore()
  let curve: Left['curve'] = []
  for (const atStep of [2, 3, 7, 8]) {
    const cut = await fit(configs[1]!, { store, atStep }).catch((e: Error & { curve: Left['curve'] }) => e.curve)
    if (Array.isArray(cut)) curve = upTo([...curve, ...cut], store.kept!)
  }
  const last = await fit(configs[1]!, { store })
  expect({ ...last, curve: [...curve, ...last.curve] }).toEqual(whole)
})

test('a paused run holds still with a checkpoint, and goes on as if nothing had happened', async () => {
  const whole = await fit({})
  const store = new MemoryStore()
  const gate = new Gate()
  let stepsWhilePaused = 0
  const paused = fit(
    {},
    {
      store,
      gate,
      onEvent: (event) => {
        if (event.type === 'step' && gate.closed) stepsWhilePaused++
        if (event.type === 'step' && event.step === 4) gate.close()
      },
    },
  )
  await expect.poll(() => store.kept?.state.step).toBe(4)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([stepsWhilePaused, store.kept?.state.step]).toEqual([0, 4])
  gate.open()
  expect(await paused).toEqual(whole)
})

test('a run cancelled while it is paused ends at once', async () => {
  const gate = new Gate()
  gate.close()
  const controller = new AbortController()
  const waiting = gate.pass(controller.signal)
  controller.abort()
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
  expect(gate.closed).toBe(true)
})

test('the checkpoint of another model is refused before anything is changed', async () => {
  const store = new MemoryStore()
  await fit({}, { store, atStep: 3 }).catch(() => undefined)
  await expect(fit({ width: 16 }, { store })).rejects.toThrow(
    'The checkpoint is of a model with other parameters, so training cannot go on from it. Start the run again from its beginning.',
  )
})
