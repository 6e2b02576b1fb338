/** Where our steps' time goes: by operation, as TensorFlow.js runs them, and outside of operations by function, as V8 samples it. Of the main thread. */
import { Session } from 'node:inspector/promises'
import type { Profiler } from 'node:inspector'
import * as tf from '@tensorflow/tfjs-core'

interface Spent {
  calls: number
  milliseconds: number
  /** Of matrix products. */
  operations: number
}

const INTERVAL = 500 // microseconds
/** The first steps compile, and grow the heap. */
const WARM_UP = 3

export class Profile {
  readonly #session = new Session()
  readonly #spent = new Map<string, Spent>()
  readonly #fixed: Set<number>
  #steps = -WARM_UP
  #begun = 0

  private constructor(fixed: Set<number>) {
    this.#fixed = fixed
  }

  /** On the running backend. @param fixed extents that belong to the model: others change from batch to batch, and are called n */
  static async start(fixed: Set<number>): Promise<Profile> {
    const profile = new Profile(fixed)
    profile.#session.connect()
    await profile.#session.post('Profiler.enable')
    await profile.#session.post('Profiler.setSamplingInterval', { interval: INTERVAL })
    for (const kernel of tf.getKernelsForBackend(tf.getBackend())) {
      const { kernelName, backendName } = kernel
      tf.unregisterKernel(kernelName, backendName)
      tf.registerKernel({ ...kernel, kernelFunc: (call) => profile.#timed(kernelName, call, kernel.kernelFunc) })
    }
    return profile
  }

  nextStep(): void {
    this.#steps++
    if (this.#steps !== 1) return
    this.#spent.clear()
    this.#begun = performance.now()
    void this.#session.post('Profiler.start')
  }

  /** After the last step. */
  async text(): Promise<string> {
    const steps = Math.max(1, this.#steps)
    const elapsed = (performance.now() - this.#begun) / steps
    const { profile } = await this.#session.post('Profiler.stop')
    const operations = [...this.#spent].sort(([, a], [, b]) => b.milliseconds - a.milliseconds)
    const inside = operations.reduce((sum, [, { milliseconds }]) => sum + milliseconds, 0) / steps
    const lines = operations.slice(0, 40).map(([name, { calls, milliseconds, operations }]) => {
      const rate = operations > 0 ? `${(operations / milliseconds / 1e6).toFixed(1).padStart(7)} GFLOP/s` : ''
      return `${row(name, milliseconds / steps, elapsed)} ${(calls / steps).toFixed(1).padStart(7)} calls${rate}`
    })
    const products = { calls: 0, milliseconds: 0, operations: 0 }
    for (const [, spent] of operations)
      if (spent.operations > 0)
        for (const key of ['calls', 'milliseconds', 'operations'] as const) products[key] += spent[key]
    return [
      `${steps} steps of ${elapsed.toFixed(1)} ms`,
      ...phases(profile, steps).map(([name, milliseconds]) => row(name, milliseconds, elapsed)),
      `By operation, ${inside.toFixed(1)} ms; matrix products ${(products.milliseconds / steps).toFixed(1)} ms for ${(products.operations / steps / 1e9).toFixed(2)} GFLOP, ${(products.operations / products.milliseconds / 1e6).toFixed(1)} GFLOP/s:`,
      ...lines,
      'By function, the operations’ own among them:',
      ...functions(profile, steps)
        .slice(0, 30)
        .map(([name, milliseconds]) => row(name, milliseconds, elapsed)),
    ].join('\n')
  }

  #timed(name: string, call: Parameters<tf.KernelFunc>[0], work: tf.KernelFunc): ReturnType<tf.KernelFunc> {
    const begun = performance.now()
    const result = work(call)
    const milliseconds = performance.now() - begun
    const { key, operations } = described(name, call, this.#fixed)
    const spent = this.#spent.get(key) ?? { calls: 0, milliseconds: 0, operations: 0 }
    this.#spent.set(key, {
      calls: spent.calls + 1,
      milliseconds: spent.milliseconds + milliseconds,
      operations: spent.operations + operations,
    })
    return result
  }
}

/** Products are told apart by what is transposed and by their extents. */
function described(
  name: string,
  { inputs, attrs }: Parameters<tf.KernelFunc>[0],
  fixed: Set<number>,
): { key: string; operations: number } {
  const [a, b] = [inputs['a'], inputs['b']]
  if (!name.includes('MatMul') || !a || !b || Array.isArray(a) || Array.isArray(b)) return { key: name, operations: 0 }
  const [transposeA, transposeB] = [Boolean(attrs?.['transposeA']), Boolean(attrs?.['transposeB'])]
  const columns = b.shape.at(transposeB ? -2 : -1) ?? 0
  const inner = a.shape.at(transposeA ? -2 : -1) ?? 0
  const rows = tf.util.sizeFromShape(a.shape) / inner
  const extents = [rows, inner, columns].map((n) => (fixed.has(n) ? String(n) : 'n')).join(' x ')
  return {
    key: `product a${transposeA ? 'T' : ''} b${transposeB ? 'T' : ''}, ${extents}`,
    operations: 2 * rows * inner * columns,
  }
}

/** Phases of a step, by the function in which each takes place: its name and its file. */
const places: [phase: string, functionName: string, file: string][] = [
  ['batch made on the host', '#prepare', 'transformer-learner.ts'],
  ['batch and weights uploaded', 'uploadBatch', 'transformer-inputs.ts'],
  ['batch and weights uploaded', 'tensors', 'parameters.ts'],
  ['batch and weights uploaded', 'upload', 'sparse-table.ts'],
  ['forward', 'transformerLoss', 'transformer-loss.ts'],
  ['backward', 'backpropagateGradients', ''],
  ['gradients read', 'addGradients', 'parameters.ts'],
  ['gradients read', 'add', 'sparse-table.ts'],
  ['clipping and Adam', 'norm', 'step-gradient.ts'],
  ['clipping and Adam', 'apply', 'step-gradient.ts'],
]

/** Milliseconds a step of each phase, with all that it calls. */
function phases({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, steps: number): [string, number][] {
  const phaseOf = new Map<number, string>()
  const mark = (id: number, inherited: string | null): void => {
    const node = byId.get(id)
    if (!node) return
    const { functionName, url } = node.callFrame
    const own = places.find(([, name, file]) => name === functionName && url.endsWith(file))?.[0]
    const phase = inherited ?? own ?? null
    phaseOf.set(id, phase ?? (functionName === '(idle)' ? '(idle)' : 'everything else'))
    for (const child of node.children ?? []) mark(child, phase)
  }
  const byId = new Map(nodes.map((node) => [node.id, node]))
  for (const { id } of nodes) if (!phaseOf.has(id)) mark(id, null)
  const order = [...new Set([...places.map(([phase]) => phase), 'everything else'])]
  return order.map((phase) => [
    phase,
    samples.reduce((sum, id, i) => sum + (phaseOf.get(id) === phase ? (timeDeltas[i] ?? 0) : 0), 0) / 1000 / steps,
  ])
}

/** Milliseconds a step that each function has taken without those it called, in falling order. */
function functions({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, steps: number): [string, number][] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]))
  const times = new Map<string, number>()
  for (const [i, id] of samples.entries()) {
    const name = names.get(id) ?? ''
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[i] ?? 0) / 1000 / steps)
  }
  return [...times].filter(([name]) => name !== '(idle)').sort(([, a], [, b]) => b - a)
}

function place({ functionName, url, lineNumber }: Profiler.Profile['nodes'][number]['callFrame']): string {
  const file = url.split('/').at(-1) ?? ''
  return `${functionName || '(nameless)'}${file ? ` ${file}:${lineNumber + 1}` : ''}`
}

function row(name: string, milliseconds: number, whole: number): string {
  const share = ((100 * milliseconds) / whole).toFixed(1)
  return `  ${name.slice(0, 56).padEnd(56)} ${milliseconds.toFixed(2).padStart(8)} ms ${share.padStart(5)} %`
}
