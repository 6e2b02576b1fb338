// A model behind a port: the same numbers as beside it, callbacks, failures and the end of either side. In the product the port leads to a hidden
// page with WebGPU; here both ends are in this process, and the plain JavaScript backend computes.
import * as tf from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { failureOf, errorOf } from '../../../src-main/jobs/compute-failure.ts'
import { openComputing } from '../../../src-main/jobs/compute.ts'
import { ComputePage, PageRecommender } from '../../../src-main/jobs/compute-model.ts'
import { serveCompute } from '../../../src-main/jobs/compute-page.ts'
import { Receiver, Sender } from '../../../src-main/jobs/compute-pieces.ts'
import { computeAnswer, fromMessagePort, pageThrough } from '../../../src-main/jobs/compute-port.ts'
import type { ParentPort } from '../../../src-main/jobs/compute-port.ts'
import { DeviceLostError } from '../../../src-main/learning/backends/device.ts'
import { startBackend, stopBackend } from '../../../src-main/learning/backends/index.ts'
import { WrongResultError } from '../../../src-main/learning/backends/choose.ts'
import type { Checkpoint } from '../../../src-main/learning/checkpoint.ts'
import type { FitContext, FitEvent, Recommender } from '../../../src-main/learning/model.ts'
import { modelById } from '../../../src-main/learning/models/index.ts'
import { DivergedError } from '../../../src-main/learning/training-watch.ts'
import { modelConfigOf } from '../../../src-main/workbench/model-config.ts'
import { syntheticData } from '../learning/synthetic.ts'

beforeAll(async () => void (await startBackend('cpu')))

const data = syntheticData({ users: 10, items: 16, events: 10 })
const small = { width: 8, heads: 2, layers: 1, shared: 8, history: 6, batch: 4, epochs: 2, warmUpSteps: 0 }
const config = modelConfigOf('transformer', small)

function pair(): { page: ComputePage; served: MessagePort } {
  const { port1, port2 } = new MessageChannel()
  serveCompute(fromMessagePort(port2))
  const page = new ComputePage(fromMessagePort(port1))
  onTestFinished(() => page.close())
  return { page, served: port2 }
}

interface Heard {
  events: FitEvent[]
  checkpoints: Checkpoint[]
  rankings: number[]
}
function contextOf(heard: Heard, changes: Partial<FitContext> = {}): FitContext {
  return {
    seed: 3,
    signal: new AbortController().signal,
    onEvent: (event) => void heard.events.push(event),
    validate: async (model) => {
      const scores = await model.score(Uint32Array.of(0, 2), data.train, data.domains[0]!)
      heard.rankings.push(scores.length)
      return scores.reduce((sum, score) => sum + score, 0) / 1000
    },
    checkpoints: {
      read: () => Promise.resolve(null),
      write: (checkpoint) => Promise.resolve(void heard.checkpoints.push(structuredClone(checkpoint))),
    },
    ...changes,
  }
}
const nothingHeard = (): Heard => ({ events: [], checkpoints: [], rankings: [] })
const losses = ({ events }: Heard): number[] => events.flatMap((event) => (event.type === 'step' ? event.loss : []))

async function fitted(model: Recommender): Promise<Heard & { weights: object; scores: Float32Array; backend: string }> {
  const heard = nothingHeard()
  const { backend } = await model.fit(data, contextOf(heard))
  const [, domain] = data.domains
  return {
    ...heard,
    backend,
    weights: (await model.save()).arrays,
    scores: await model.score(Uint32Array.of(1), data.train, domain!),
  }
}

test('a model behind the port trains, validates, keeps checkpoints, scores and saves as one beside it', async () => {
  const here = await fitted(modelById('transformer').create(config))
  const { page } = pair()
  const there = await fitted(new PageRecommender(page, 'transformer', config))
  expect(losses(there)).toEqual(losses(here))
  expect(there.weights).toEqual(here.weights)
  expect(there.scores).toEqual(here.scores)
  expect(there.rankings).toEqual(here.rankings)
  expect(there.checkpoints.map(({ state: { seconds: _, ...state }, ...rest }) => ({ ...rest, state }))).toEqual(
    here.checkpoints.map(({ state: { seconds: _, ...state }, ...rest }) => ({ ...rest, state })),
  )
  expect(there.backend).toBe('cpu')
  expect(there.events.at(-1)).toMatchObject({ type: 'epoch', epoch: 2 })
})

test('a run goes on from a checkpoint that the job hands over, and a saved model is loaded again', async () => {
  const whole = await fitted(modelById('transformer').create(config))
  const { page } = pair()
  const model = new PageRecommender(page, 'transformer', config)
  const heard = nothingHeard()
  const checkpoints = { read: () => Promise.resolve(whole.checkpoints[0]!), write: () => Promise.resolve() }
  await model.fit(data, contextOf(heard, { checkpoints }))
  expect(losses(heard)).toEqual(losses(whole).slice(-losses(heard).length))
  expect(losses(heard).length).toBeLessThan(losses(whole).length)
  const snapshot = await model.save()
  expect(snapshot.arrays).toEqual(whole.weights)

  const other = new PageRecommender(pair().page, 'transformer', config)
  await other.load(snapshot, data)
  expect(await other.score(Uint32Array.of(1), data.train, data.domains[1]!)).toEqual(whole.scores)
})

test('a cancelled fit ends as such, and a held one waits', async () => {
  const { page } = pair()
  const model = new PageRecommender(page, 'transformer', config)
  const heard = nothingHeard()
  await page.call('hold', { held: true })
  const cancel = new AbortController()
  const fit = model.fit(data, contextOf(heard, { signal: cancel.signal }))
  await vi.waitFor(() => expect(heard.events).toContainEqual({ type: 'phase', phase: 'Paused', fraction: null }))
  expect(losses(heard)).toEqual([])
  cancel.abort()
  await expect(fit).rejects.toMatchObject({ name: 'AbortError' })
})

test('what the job refuses in a callback ends the fit with its own sentence', async () => {
  const { page } = pair()
  const model = new PageRecommender(page, 'transformer', config)
  const full = { read: () => Promise.resolve(null), write: () => Promise.reject(new Error('The disk is full.')) }
  await expect(model.fit(data, contextOf(nothingHeard(), { checkpoints: full }))).rejects.toThrow('The disk is full.')
})

test('when the page ends, what waits for it fails with a sentence that names the way on', async () => {
  const { page, served } = pair()
  const model = new PageRecommender(page, 'transformer', config)
  const fit = model.fit(data, contextOf(nothingHeard(), { validate: () => new Promise(() => served.close()) }))
  await expect(fit).rejects.toThrow(/has ended: .* Resume the run: it goes on from its last checkpoint/)
  await expect(model.save()).rejects.toThrow(/has ended/)
})

test('a page asked for what it has not got says so', async () => {
  const { page } = pair()
  await expect(page.call('save', null)).rejects.toThrow('before it was given a model')
  await expect(new PageRecommender(page, 'nosuch', {}).save()).rejects.toThrow("There is no model 'nosuch'")
})

test.each([
  [
    'a call that there is not',
    { type: 'call', id: 1, name: 'readFile', argument: '/etc/passwd' },
    /There is no call 'readFile'/,
  ],
  [
    'a call by an inherited name',
    { type: 'call', id: 1, name: 'constructor', argument: null },
    /There is no call 'constructor'/,
  ],
  [
    'a wrong argument',
    { type: 'call', id: 1, name: 'create', argument: { model: 7 } },
    /the argument of create is not as it should be \(model/,
  ],
  [
    'more than it should be',
    { type: 'call', id: 1, name: 'cancel', argument: { now: true } },
    /the argument of cancel is not as it should be/,
  ],
])('the page refuses %s', async (_, message, sentence) => {
  const { port1, port2 } = new MessageChannel()
  serveCompute(fromMessagePort(port2))
  const answer = new Promise((resolve) => (port1.onmessage = ({ data: said }) => resolve(said)))
  port1.postMessage(message)
  expect(await answer).toMatchObject({ type: 'error', id: 1, failure: { message: expect.stringMatching(sentence) } })
  port1.close()
})

test.each([
  new Error('x'),
  new DOMException('stopped', 'AbortError'),
  new DivergedError('Training diverged.', 4),
  new DeviceLostError('The device was lost.'),
  new WrongResultError('webgpu computes wrongly.'),
])('an error crosses as what it is: %s', (error) => {
  const crossed = errorOf(structuredClone(failureOf(error)))
  expect(crossed).toEqual(error)
  expect(crossed.constructor).toBe(error.constructor)
})

test('an error of the program crosses as one', () => {
  expect(failureOf(new TypeError('x is undefined')).message).toMatch(
    /error of Crossreel itself \(TypeError: x is undefined\)/,
  )
})

test('messages with arrays of any kind and size arrive as they were sent, however they are cut', () => {
  const arrays = fc.oneof(
    fc.float32Array({ maxLength: 40, noNaN: true }),
    fc.float64Array({ maxLength: 40, noNaN: true }),
    fc.uint32Array({ maxLength: 40 }),
    fc.int32Array({ maxLength: 40 }),
    fc.uint8Array({ maxLength: 40 }),
  )
  const messages = fc.dictionary(
    fc.string(),
    fc.oneof(
      arrays,
      fc.string(),
      fc.constant(null),
      fc.array(fc.record({ rows: arrays, n: fc.integer() }), { maxLength: 3 }),
    ),
    { maxKeys: 4, noNullPrototype: true },
  )
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 3 }), fc.integer({ min: 1, max: 50 }), (sent, size) => {
      const receiver = new Receiver()
      const received: unknown[] = []
      const sender = new Sender((message) => {
        const whole = receiver.receive(structuredClone(message))
        if (whole !== null) received.push(whole)
      }, size)
      for (const message of sent) sender.send(message)
      expect(received).toEqual(sent)
    }),
  )
})

test('of a stretch of a large array only the stretch crosses', () => {
  const posted: unknown[] = []
  new Sender((message) => posted.push(message)).send({ rows: new Float32Array(1000).subarray(10, 20) })
  expect((posted[0] as { rows: Float32Array }).rows.buffer.byteLength).toBe(40)
})

test('a job asks main for the page, and takes the port or the reason that comes back', async () => {
  const listeners: Parameters<ParentPort['on']>[1][] = []
  const posted: unknown[] = []
  const parent: ParentPort = {
    postMessage: (message) => void posted.push(message),
    on: (_, listener) => void listeners.push(listener),
  }
  const hear = (message: Parameters<(typeof listeners)[0]>[0]): void =>
    listeners.forEach((listener) => listener(message))
  const opening = pageThrough(parent)()
  expect(posted).toEqual([{ type: 'compute' }])
  const port = { postMessage: vi.fn(), on: vi.fn(), start: vi.fn(), close: vi.fn() }
  hear({ data: { type: 'pause' } })
  hear({ data: computeAnswer(null), ports: [port] })
  ;(await opening).post({ a: 1 })
  expect(port.start).toHaveBeenCalledOnce()
  expect(port.postMessage).toHaveBeenCalledWith({ a: 1 })
  const refused = pageThrough(parent)()
  hear({ data: computeAnswer('The page did not load.') })
  await expect(refused).rejects.toThrow('The page did not load.')
})

test('a backend that computes wrongly gives way to the next, and the job and the run’s record say so', async () => {
  await startBackend('wasm')
  const norm = tf.getKernel('CrossreelLayerNorm', 'wasm')
  tf.unregisterKernel('CrossreelLayerNorm', 'wasm')
  tf.registerKernel({ ...norm, kernelFunc: (call) => norm.kernelFunc({ ...call, attrs: { epsilon: 0.1 } }) })
  try {
    await startBackend('cpu')
    const log = vi.fn()
    const { id, device } = await openComputing('wasm', { compute: null, onPause: () => undefined, log })
    expect(id).toBe('cpu')
    const note = /wasm starts, but computes wrongly: .* This run computes on cpu instead\.$/
    expect(log.mock.calls).toEqual([['warning', expect.stringMatching(note)]])
    expect(device).toMatch(/^plain JavaScript, one thread\. wasm starts/)
  } finally {
    tf.unregisterKernel('CrossreelLayerNorm', 'wasm')
    tf.registerKernel(norm)
    stopBackend()
  }
})
