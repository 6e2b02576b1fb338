/** Whole layers as one operation each, which stock TensorFlow.js composes of many. learning/layers.ts, attention.ts and losses.ts call them. */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { OwnOperation } from '../own.ts'
import type { KernelHeap } from './kernel-heap.ts'
import type { Attributes, Inputs, Operation } from './replaced-operations.ts'
import { sizeOf } from './replaced-operations.ts'

export const ownOperations: Record<OwnOperation, Operation> = {
  /** x [rows, width], gain, bias [width] -> y, mean [rows], scale [rows] */
  LayerNorm: (heap, inputs, { epsilon }) => {
    const [x, gain, bias] = need(inputs, 'x', 'gain', 'bias')
    const [rows, width] = matrixShape(x)
    const results = [heap.make(x.shape), heap.make([rows]), heap.make([rows])]
    const p = pointers(heap, [x, gain, bias, ...results])
    heap.run('norm', { count: rows, work: 8 * rows * width }, (from, to) => [...p, from, to, width, Number(epsilon)])
    return results
  },

  /** -> dx, dGain, dBias */
  LayerNormGradient: (heap, inputs) => {
    const [x, gain, mean, scale, dy] = need(inputs, 'x', 'gain', 'mean', 'scale', 'dy')
    const [rows, width] = matrixShape(x)
    const blocks = heap.measures.normBlocks(rows)
    const shares = heap.scratch(8 * blocks * width)
    const [dx, dGain, dBias] = [heap.make(x.shape), heap.make([width]), heap.make([width])]
    const p = pointers(heap, [x, gain, mean, scale, dy, dx])
    const cut = { count: blocks, work: 12 * rows * width }
    heap.run('normGradient', cut, (from, to) => [...p, shares, from, to, rows, width])
    const row = 8 * width
    for (const [i, out] of [dGain, dBias].entries())
      heap.measures.columnSums(shares + 4 * width * i, blocks, row, heap.pointer(out), 0, width)
    return [dx, dGain, dBias]
  },

  /** x -> y, derivative */
  GeluDropout: (heap, inputs, attributes) => {
    const [x] = need(inputs, 'x')
    const size = sizeOf(x.shape)
    const results = [heap.make(x.shape), heap.make(x.shape)]
    const p = pointers(heap, [x, ...results])
    const drop = dropoutArguments(attributes)
    heap.run('gelu', { count: size, align: 64, work: 30 * size }, (from, to) => [...p, from, to, ...drop])
    return results
  },

  /** residual (may be missing), x -> residual + dropout(x) */
  AddDropout: (heap, inputs, attributes) => {
    const [x] = need(inputs, 'x')
    const { residual } = inputs
    const size = sizeOf(x.shape)
    const out = heap.make(x.shape)
    const p = [residual ? heap.pointer(residual) : 0, ...pointers(heap, [x, out])]
    const drop = dropoutArguments(attributes)
    heap.run('addDropout', { count: size, align: 64, work: 6 * size }, (from, to) => [...p, from, to, ...drop])
    return out
  },

  /** a, b of one shape -> a b */
  Multiply: (heap, inputs) => {
    const [a, b] = need(inputs, 'a', 'b')
    const size = sizeOf(a.shape)
    const out = heap.make(a.shape)
    const p = pointers(heap, [a, b, out])
    heap.run('multiply', { count: size, align: 64, work: size }, (from, to) => [...p, from, to])
    return out
  },

  /** q, k, v [rows, heads width], starts [sequences + 1] -> out [rows, heads width], attention weights [?] */
  Attention: (heap, inputs, attributes) => {
    const [q, k, v, starts] = need(inputs, 'q', 'k', 'v', 'starts')
    const plan = attentionPlan(heap, q, starts, attributes)
    const out = heap.make(q.shape)
    const weights = heap.make([plan.weights])
    const [rest, kept, to] = [pointers(heap, [q, k, v, starts]), heap.pointer(weights), heap.pointer(out)]
    heap.run('attend', plan.cut, (from, end, scratch) => [
      ...rest,
      kept + plan.before(from),
      to,
      from,
      end,
      ...plan.sizes,
      scratch,
    ])
    return [out, weights]
  },

  /** -> dq, dk, dv */
  AttentionGradient: (heap, inputs, attributes) => {
    const [q, k, v, starts, weights, dy] = need(inputs, 'q', 'k', 'v', 'starts', 'weights', 'dy')
    const plan = attentionPlan(heap, q, starts, attributes)
    const results = [heap.make(q.shape), heap.make(q.shape), heap.make(q.shape)]
    const [rest, kept] = [pointers(heap, [q, k, v, starts]), heap.pointer(weights)]
    const targets = pointers(heap, [dy, ...results])
    const cut = { ...plan.cut, work: 3 * plan.cut.work }
    heap.run('attendGradient', cut, (from, end, scratch) => [
      ...rest,
      kept + plan.before(from),
      ...targets,
      from,
      end,
      ...plan.sizes,
      scratch,
    ])
    return results
  },

  /** scores, hidden (may be missing) [rows, width], labels [rows] -> loss [rows, 1], probabilities [rows, width] */
  SoftmaxLoss: (heap, inputs) => {
    const [scores, labels] = need(inputs, 'scores', 'labels')
    const { hidden } = inputs
    const [rows, width] = matrixShape(scores)
    const [loss, probabilities] = [heap.make([rows, 1]), heap.make(scores.shape)]
    const added = hidden ? heap.pointer(hidden) : 0
    const z = heap.pointer(scores)
    const rest = pointers(heap, [labels, probabilities, loss])
    const cut = { count: rows, work: 20 * rows * width }
    heap.run('softmaxLoss', cut, (from, to) => [z, added, ...rest, from, to, width])
    return [loss, probabilities]
  },

  SoftmaxLossGradient: (heap, inputs) => {
    const [probabilities, labels, dy] = need(inputs, 'probabilities', 'labels', 'dy')
    const [rows, width] = matrixShape(probabilities)
    const out = heap.make(probabilities.shape)
    const p = pointers(heap, [probabilities, labels, dy, out])
    heap.run('softmaxLossGradient', { count: rows, work: rows * width }, (from, to) => [...p, from, to, width])
    return out
  },

  /** z, weights [rows, width] -> loss [rows, 1], its derivative [rows, width] */
  BinaryLoss: (heap, inputs, { label }) => {
    const [z, weights] = need(inputs, 'z', 'weights')
    const [rows, width] = matrixShape(z)
    const [loss, derivative] = [heap.make([rows, 1]), heap.make(z.shape)]
    const p = pointers(heap, [z, weights, derivative, loss])
    const cut = { count: rows, work: 40 * rows * width }
    heap.run('binaryLoss', cut, (from, to) => [...p, from, to, width, Number(label)])
    return [loss, derivative]
  },

  /** x [rows, width], factors [rows, 1] -> x with each row multiplied */
  ScaleRows: (heap, inputs) => {
    const [x, factors] = need(inputs, 'x', 'factors')
    const [rows, width] = matrixShape(x)
    const out = heap.make(x.shape)
    const p = pointers(heap, [x, factors, out])
    heap.run('scaleRows', { count: rows, work: rows * width }, (from, to) => [...p, from, to, width])
    return out
  },
}

/** How attention's work is cut, and where the weights of a unit (a head of a sequence) lie. */
function attentionPlan(heap: KernelHeap, q: TensorInfo, starts: TensorInfo, { heads: of, block: tokens }: Attributes) {
  const [heads, block] = [Number(of), Number(tokens)]
  const width = matrixShape(q)[1] / heads
  const at = heap.integers(starts)
  const offsets = new Float64Array(at.length)
  let longest = 0
  let work = 0
  for (let s = 0; s + 1 < at.length; s++) {
    const length = at[s + 1]! - at[s]!
    offsets[s + 1] = offsets[s]! + heads * heap.measures.attentionWeights(length, block)
    longest = Math.max(longest, length)
    work += 4 * heads * length * length * width
  }
  return {
    weights: offsets.at(-1) ?? 0,
    sizes: [heads, width, block],
    cut: {
      count: heads * (at.length - 1),
      align: heads,
      work,
      scratch: heap.measures.attentionScratch(longest, width),
    },
    /** Bytes before the weights of a unit that is the first of its sequence. */
    before: (unit: number): number => 4 * (offsets[unit / heads] ?? 0),
  }
}

function dropoutArguments({ seed, rate }: Attributes): [seed: number, threshold: number, scale: number] {
  return [Number(seed), Math.round(Number(rate) * 65536), 1 / (1 - Number(rate))]
}

/** One tensor for each name. */
function need<const N extends readonly string[]>(inputs: Inputs, ...names: N): { [K in keyof N]: TensorInfo } {
  return names.map((name) => {
    const found = inputs[name]
    if (!found) throw new Error(`The input '${name}' is missing.`)
    return found
  }) as { [K in keyof N]: TensorInfo } // map keeps the length
}

function pointers(heap: KernelHeap, tensors: TensorInfo[]): number[] {
  return tensors.map((x) => heap.pointer(x))
}

function matrixShape({ shape }: TensorInfo): [rows: number, width: number] {
  const width = shape.at(-1) ?? 1
  return [sizeOf(shape.slice(0, -1)), width]
}
