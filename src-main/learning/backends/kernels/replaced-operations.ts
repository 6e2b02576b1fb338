/**
 * Stock operations of tfjs-backend-wasm 4.22 that are slow for training or missing, over our kernels: products with a transposed operand or of
 * batches (a scalar loop), saving a tensor for its gradient (a copy), slices and splits (a copy of the whole source each), row gathers, sums of
 * columns, and the gradient of a gather (missing). Each answers null to what it has no case for; the stock operation does that.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { KernelHeap } from './kernel-heap.ts'

export type Inputs = Record<string, TensorInfo>
export type Attributes = Record<string, unknown>
export type Operation = (heap: KernelHeap, inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[] | null

const BYTES = 4

export const replacedOperations: Record<string, Operation> = {
  Identity: (heap, { x }) => (x ? share(heap, x) : null),

  Cast: (heap, { x }, { dtype }) => (x && x.dtype === dtype ? share(heap, x) : null),

  BatchMatMul: (heap, { a, b }, { transposeA, transposeB }) =>
    a && b ? product(heap, a, b, Boolean(transposeA), Boolean(transposeB)) : null,

  _FusedMatMul: (heap, { a, b, bias }, { transposeA, transposeB, activation }) => {
    if (!a || !b || activation !== 'linear') return null
    if (bias && (bias.shape.length !== 1 || bias.dtype !== 'float32')) return null
    return product(heap, a, b, Boolean(transposeA), Boolean(transposeB), bias)
  },

  GatherV2: (heap, { x, indices }, { axis, batchDims }) => {
    if (!x || !indices || x.dtype === 'string' || x.dtype === 'bool' || Number(axis) !== 0 || batchDims) return null
    if (indices.shape.length !== 1 || indices.dtype !== 'int32') return null
    const rest = x.shape.slice(1)
    const [n = 0, width] = [indices.shape[0], sizeOf(rest)]
    checkRows(heap.integers(indices), x.shape[0] ?? 0)
    const out = heap.make([n, ...rest], x.dtype)
    const [from, ids, to] = [x, indices, out].map((t) => heap.pointer(t)) as [number, number, number]
    heap.run('gatherRows', { count: n, work: n * width }, (first, end) => [from, ids, to, first, end, width])
    return out
  },

  UnsortedSegmentSum: (heap, { x, segmentIds }, { numSegments }) => {
    if (!x || !segmentIds || x.dtype !== 'float32' || segmentIds.shape.length !== 1) return null
    const [n = 0, segments] = [segmentIds.shape[0], Number(numSegments)]
    const rest = x.shape.slice(1)
    const width = sizeOf(rest)
    const out = heap.make([segments, ...rest])
    const [from, ids, to] = [x, segmentIds, out].map((t) => heap.pointer(t)) as [number, number, number]
    const cut = { count: width, align: 16, work: (n + segments) * width }
    heap.run('segmentSum', cut, (first, end) => [from, ids, to, n, segments, first, end, width])
    return out
  },

  /** Over the first axes, as in the gradient of a bias. */
  Sum: (heap, { x }, { axis, keepDims }) => {
    if (!x || x.dtype !== 'float32') return null
    const axes = tf.util.parseAxisParam(axis as number | number[], x.shape)
    if (axes.length === 0 || axes.length === x.shape.length || !axes.every((a, i) => a === i)) return null
    const rest = x.shape.slice(axes.length)
    const [rows, columns] = [sizeOf(x.shape.slice(0, axes.length)), sizeOf(rest)]
    const out = heap.make(keepDims ? [...axes.map(() => 1), ...rest] : rest)
    const [from, to] = [heap.pointer(x), heap.pointer(out)]
    const cut = { count: columns, align: 16, work: rows * columns }
    heap.run('columnSums', cut, (first, end) => [from, rows, BYTES * columns, to, first, end])
    return out
  },

  /** Along one axis. */
  Slice: (heap, { x }, { begin, size }) => {
    if (!x || x.dtype === 'string' || x.dtype === 'bool') return null
    const [starts = [], sizes = []] = tf.slice_util.parseSliceParams(
      x as tf.Tensor, // it reads rank and shape
      begin as number | number[],
      size as number | number[],
    )
    const cut = x.shape.map((n, i) => (sizes[i] === n ? -1 : i)).filter((i) => i >= 0)
    const [axis = 0] = cut
    if (cut.length > 1 || sizeOf(sizes) === 0) return null
    const out = heap.make(sizes, x.dtype)
    const inner = BYTES * sizeOf(x.shape.slice(axis + 1))
    const [whole, part] = [inner * (x.shape[axis] ?? 1), inner * (sizes[axis] ?? 1)]
    const from = heap.pointer(x) + inner * (starts[axis] ?? 0)
    heap.measures.copyBlock(from, whole, heap.pointer(out), part, sizeOf(x.shape.slice(0, axis)), part)
    return out
  },

  SplitV: (heap, { x }, { numOrSizeSplits, axis }) => {
    if (!x || x.dtype === 'string' || x.dtype === 'bool') return null
    const at = tf.util.parseAxisParam(Number(axis), x.shape)[0] ?? 0
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits as number | number[], at) // reads the shape
    const outer = sizeOf(x.shape.slice(0, at))
    const inner = BYTES * sizeOf(x.shape.slice(at + 1))
    const whole = inner * (x.shape[at] ?? 1)
    let from = heap.pointer(x)
    return sizes.map((size) => {
      const out = heap.make(x.shape.with(at, size), x.dtype)
      heap.measures.copyBlock(from, whole, heap.pointer(out), inner * size, outer, inner * size)
      from += inner * size
      return out
    })
  },

  Concat: (heap, inputs, { axis }) => {
    const parts = Object.values(inputs)
    const [first] = parts
    if (!first || parts.some(({ dtype }) => dtype !== first.dtype || (dtype !== 'float32' && dtype !== 'int32')))
      return null
    const at = tf.util.parseAxisParam(Number(axis), first.shape)[0] ?? 0
    const shape = first.shape.map((n, i) => (i === at ? parts.reduce((sum, p) => sum + (p.shape[i] ?? 0), 0) : n))
    const out = heap.make(shape, first.dtype)
    const outer = sizeOf(shape.slice(0, at))
    const whole = BYTES * sizeOf(shape.slice(at))
    let to = heap.pointer(out)
    for (const part of parts) {
      const bytes = BYTES * sizeOf(part.shape.slice(at))
      if (bytes > 0) heap.measures.copyBlock(heap.pointer(part), bytes, to, whole, outer, bytes)
      to += bytes
    }
    return out
  },
}

/** @param bias [n] added to every row @returns op(a) op(b), or null where the stock operation has the case, or the sentence for it */
function product(
  heap: KernelHeap,
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
  bias?: TensorInfo,
): TensorInfo | null {
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || a.shape.length < 2 || b.shape.length < 2) return null
  const [rowsA = 0, columnsA = 0] = a.shape.slice(-2)
  const [rowsB = 0, columnsB = 0] = b.shape.slice(-2)
  const [m, k] = transposeA ? [columnsA, rowsA] : [rowsA, columnsA]
  const [n, inner] = transposeB ? [rowsB, columnsB] : [columnsB, rowsB]
  const [outerA, outerB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)]
  const [batchA, batchB] = [sizeOf(outerA), sizeOf(outerB)]
  const same = outerA.join() === outerB.join()
  if (k !== inner || (bias && bias.shape[0] !== n) || !(same || batchA === 1 || batchB === 1)) return null
  const batch = Math.max(batchA, batchB)
  const outer = same ? outerA : tf.broadcast_util.assertAndGetBroadcastShape(outerA, outerB)
  const out = heap.make([...outer, m, n])
  const [fromA, fromB, to] = [a, b, out].map((x) => heap.pointer(x)) as [number, number, number]
  const added = bias ? heap.pointer(bias) : 0
  const byRows = m >= n
  const cut = {
    count: byRows ? m : n,
    align: byRows ? 4 : 8,
    work: m * n * k,
    scratch: heap.measures.gemmScratch(),
  }
  for (let i = 0; i < batch; i++) {
    const one = batchA === 1 ? fromA : fromA + BYTES * i * m * k
    const other = batchB === 1 ? fromB : fromB + BYTES * i * k * n
    const result = to + BYTES * i * m * n
    heap.run('gemm', cut, (first, end, scratch) => {
      const operands = [one, columnsA, Number(transposeA), other, columnsB, Number(transposeB), result, n]
      const stretch = byRows ? [first, end, 0, n] : [0, m, first, end]
      return [...operands, ...stretch, k, added, 0, scratch]
    })
  }
  return out
}

function share(heap: KernelHeap, x: TensorInfo): TensorInfo {
  heap.wasm.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

/** A kernel does not look: a row outside of the table would be read from somewhere else in the heap. */
function checkRows(ids: Int32Array, rows: number): void {
  for (let i = 0; i < ids.length; i++)
    if (!(ids[i]! >= 0 && ids[i]! < rows))
      throw new Error(`Row ${ids[i]} was asked for; the table has rows 0 to ${rows - 1}.`)
}

export function sizeOf(shape: number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}
