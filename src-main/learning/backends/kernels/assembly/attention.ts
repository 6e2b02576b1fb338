/**
 * Multi-head attention with a block-causal mask over sequences that lie one behind the other in the rows of q, k and v; a head is a stretch of columns.
 * Eight queries are worked on at once, one a lane, so that softmax needs no sums across lanes; keys that no query of a group may see are skipped.
 * Rows of a head are first copied beside each other, padded with zeros to multiples of eight.
 */
import { exponential, multiplyAdd, splat, transposeBlock } from './vector'

const GROUP = 8
/** Hidden pairs: below every score; their exponential is set to 0 besides. */
const NEVER: f32 = -1e30

@inline
function padded(n: i32): i32 {
  return (n + 7) & ~7
}

/** How many keys query i may see: all tokens of its own item and of those before. @param block tokens an item */
@inline
function visible(i: i32, length: i32, block: i32): i32 {
  return i < length ? min(length, (i / block + 1) * block) : 0
}

/** Keys that some query of the group from `first` sees, as a multiple of four. */
@inline
function reach(first: i32, length: i32, block: i32): i32 {
  return (visible(min(first + GROUP, length) - 1, length, block) + 3) & ~3
}

/** Floats that `attend` writes as attention weights of one head of one sequence. */
export function attentionWeights(length: i32, block: i32): i32 {
  let size = 0
  for (let first = 0; first < length; first += GROUP) size += GROUP * reach(first, length, block)
  return size
}

/** Bytes of scratch space for sequences up to `length` and heads of `width`. */
export function attentionScratch(length: i32, width: i32): i32 {
  const rows = padded(length), columns = padded(width)
  return 4 * (6 * rows * columns + 4 * GROUP * columns + GROUP * rows)
}

/** [rows, width] at `from`, `stride` bytes a row, beside each other and multiplied by `scale`. */
function gatherHead(from: usize, stride: usize, rows: i32, width: i32, scale: f32, to: usize): void {
  const columns = padded(width)
  memory.fill(to, 0, 4 * padded(rows) * columns)
  for (let i = 0; i < rows; i++) {
    const source = from + <usize>i * stride
    const target = to + 4 * <usize>(i * columns)
    let j = 0
    for (; j + 4 <= width; j += 4) v128.store(target + 4 * j, f32x4.mul(v128.load(source + 4 * j), splat(scale)))
    for (; j < width; j++) store<f32>(target + 4 * j, scale * load<f32>(source + 4 * j))
  }
}

/** The way back of `gatherHead`. */
function scatterHead(from: usize, rows: i32, width: i32, scale: f32, to: usize, stride: usize): void {
  const columns = padded(width)
  for (let i = 0; i < rows; i++) {
    const source = from + 4 * <usize>(i * columns)
    const target = to + <usize>i * stride
    let j = 0
    for (; j + 4 <= width; j += 4) v128.store(target + 4 * j, f32x4.mul(v128.load(source + 4 * j), splat(scale)))
    for (; j < width; j++) store<f32>(target + 4 * j, scale * load<f32>(source + 4 * j))
  }
}

/** Eight rows [8, columns] as [columns, 8], and back. */
@inline
function transposeGroup(from: usize, columns: i32, to: usize): void {
  for (let j = 0; j < columns; j += 4) {
    transposeBlock(from + 4 * j, 4 * columns, to + 32 * j, 32)
    transposeBlock(from + 16 * columns + 4 * j, 4 * columns, to + 32 * j + 16, 32)
  }
}

@inline
function transposeBack(from: usize, columns: i32, to: usize): void {
  for (let j = 0; j < columns; j += 4) {
    transposeBlock(from + 32 * j, 32, to + 4 * j, 4 * columns)
    transposeBlock(from + 32 * j + 16, 32, to + 16 * columns + 4 * j, 4 * columns)
  }
}

/** out[4, 8] (+)= a[4, depth] b[depth, 8]. All strides in bytes: between rows of a, its steps of depth, those of b, rows of out. */
function tile(a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, depth: i32, out: usize, outRow: usize, add: bool): void {
  const out1 = out + outRow, out2 = out1 + outRow, out3 = out2 + outRow
  let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0)
  let c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0)
  if (add) {
    c00 = v128.load(out), c01 = v128.load(out, 16), c10 = v128.load(out1), c11 = v128.load(out1, 16)
    c20 = v128.load(out2), c21 = v128.load(out2, 16), c30 = v128.load(out3), c31 = v128.load(out3, 16)
  }
  let a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = multiplyAdd(x, b0, c00), c01 = multiplyAdd(x, b1, c01)
    x = v128.load32_splat(a1)
    c10 = multiplyAdd(x, b0, c10), c11 = multiplyAdd(x, b1, c11)
    x = v128.load32_splat(a2)
    c20 = multiplyAdd(x, b0, c20), c21 = multiplyAdd(x, b1, c21)
    x = v128.load32_splat(a3)
    c30 = multiplyAdd(x, b0, c30), c31 = multiplyAdd(x, b1, c31)
    a += aStep, a1 += aStep, a2 += aStep, a3 += aStep, b += bStep
  }
  v128.store(out, c00), v128.store(out, c01, 16), v128.store(out1, c10), v128.store(out1, c11, 16)
  v128.store(out2, c20), v128.store(out2, c21, 16), v128.store(out3, c30), v128.store(out3, c31, 16)
}

/** Four lanes of scores [keys][8] become weights; each lane is a query that sees the keys before `limit`. */
function softmaxLanes(scores: usize, keys: i32, limit: v128): void {
  let highest = splat(NEVER)
  for (let j = 0; j < keys; j++) {
    const seen = i32x4.lt_s(i32x4.splat(j), limit)
    highest = f32x4.pmax(highest, v128.bitselect(v128.load(scores + 32 * j), splat(NEVER), seen))
  }
  let sum = splat(0)
  for (let j = 0; j < keys; j++) {
    const seen = i32x4.lt_s(i32x4.splat(j), limit)
    const e = v128.and(exponential(f32x4.sub(v128.load(scores + 32 * j), highest)), seen)
    v128.store(scores + 32 * j, e)
    sum = f32x4.add(sum, e)
  }
  const share = f32x4.div(splat(1), f32x4.pmax(sum, splat(1e-30))) // a lane without a query sums to 0
  for (let j = 0; j < keys; j++) v128.store(scores + 32 * j, f32x4.mul(v128.load(scores + 32 * j), share))
}

@inline
function limits(first: i32, length: i32, block: i32): v128 {
  return i32x4(
    visible(first, length, block), visible(first + 1, length, block), visible(first + 2, length, block), visible(first + 3, length, block),
  )
}

/**
 * out = softmax(q k^T / sqrt(width) + mask) v for units from..to-1; unit u is head u % heads of sequence u / heads.
 * @param starts [sequences + 1] int32, rows  @param weights where the attention weights of the first unit go; kept for the gradient
 */
export function attend(
  q: usize, k: usize, v: usize, starts: usize, weights: usize, out: usize,
  from: i32, to: i32, heads: i32, width: i32, block: i32, scratch: usize,
): void {
  const stride: usize = 4 * <usize>(heads * width)
  const columns = padded(width)
  const scale: f32 = 1 / sqrt<f32>(<f32>width)
  for (let unit = from; unit < to; unit++) {
    const start = load<i32>(starts + 4 * (unit / heads))
    const length = load<i32>(starts + 4 * (unit / heads), 4) - start
    const at = <usize>start * stride + 4 * (unit % heads) * width
    const size: usize = 4 * <usize>(padded(length) * columns)
    const queries = scratch, keys = queries + size, values = keys + size, mixed = values + size
    const lanes = mixed + size, lanesOut = lanes + 4 * GROUP * columns
    gatherHead(q + at, stride, length, width, scale, queries)
    gatherHead(k + at, stride, length, width, 1, keys)
    gatherHead(v + at, stride, length, width, 1, values)
    for (let first = 0; first < length; first += GROUP) {
      const seen = reach(first, length, block)
      transposeGroup(queries + 4 * first * columns, columns, lanes)
      for (let j = 0; j < seen; j += 4) tile(keys + 4 * j * columns, 4 * columns, 4, lanes, 32, columns, weights + 32 * j, 32, false)
      softmaxLanes(weights, seen, limits(first, length, block))
      softmaxLanes(weights + 16, seen, limits(first + 4, length, block))
      for (let d = 0; d < columns; d += 4) tile(values + 4 * d, 4, 4 * columns, weights, 32, seen, lanesOut + 32 * d, 32, false)
      transposeBack(lanesOut, columns, mixed + 4 * first * columns)
      weights += 32 * seen
    }
    scatterHead(mixed, length, width, 1, out + at, stride)
  }
}

/** dWeights [keys][8] in place to dScores = weights (dWeights - sum of weights dWeights over the keys), four lanes. */
function softmaxGradientLanes(weights: usize, gradients: usize, keys: i32): void {
  let along = splat(0)
  for (let j = 0; j < keys; j++) along = multiplyAdd(v128.load(weights + 32 * j), v128.load(gradients + 32 * j), along)
  for (let j = 0; j < keys; j++) {
    const d = f32x4.sub(v128.load(gradients + 32 * j), along)
    v128.store(gradients + 32 * j, f32x4.mul(v128.load(weights + 32 * j), d))
  }
}

/** Gradients of `attend` with respect to q, k and v, each overwritten for units from..to-1. @param weights those of the first unit */
export function attendGradient(
  q: usize, k: usize, v: usize, starts: usize, weights: usize, dOut: usize, dq: usize, dk: usize, dv: usize,
  from: i32, to: i32, heads: i32, width: i32, block: i32, scratch: usize,
): void {
  const stride: usize = 4 * <usize>(heads * width)
  const columns = padded(width)
  const scale: f32 = 1 / sqrt<f32>(<f32>width)
  for (let unit = from; unit < to; unit++) {
    const start = load<i32>(starts + 4 * (unit / heads))
    const length = load<i32>(starts + 4 * (unit / heads), 4) - start
    const at = <usize>start * stride + 4 * (unit % heads) * width
    const size: usize = 4 * <usize>(padded(length) * columns)
    const group: usize = 4 * GROUP * columns
    const queries = scratch, keys = queries + size, values = keys + size, outs = values + size
    const dKeys = outs + size, dValues = dKeys + size
    const lanes = dValues + size, dLanes = lanes + group, dQueries = dLanes + group, dScores = dQueries + group
    gatherHead(q + at, stride, length, width, scale, queries)
    gatherHead(k + at, stride, length, width, 1, keys)
    gatherHead(v + at, stride, length, width, 1, values)
    gatherHead(dOut + at, stride, length, width, 1, outs)
    memory.fill(dKeys, 0, 2 * size)
    for (let first = 0; first < length; first += GROUP) {
      const seen = reach(first, length, block)
      const offset = 4 * first * columns
      transposeGroup(outs + offset, columns, lanes)
      for (let j = 0; j < seen; j += 4) tile(values + 4 * j * columns, 4 * columns, 4, lanes, 32, columns, dScores + 32 * j, 32, false)
      softmaxGradientLanes(weights, dScores, seen)
      softmaxGradientLanes(weights + 16, dScores + 16, seen)
      for (let d = 0; d < columns; d += 4) tile(keys + 4 * d, 4, 4 * columns, dScores, 32, seen, dLanes + 32 * d, 32, false)
      transposeBack(dLanes, columns, dQueries)
      scatterHead(dQueries, min(GROUP, length - first), width, scale, dq + at + <usize>first * stride, stride)
      for (let j = 0; j < seen; j += 4)
        for (let d = 0; d < columns; d += 8) {
          const to = 4 * (j * columns + d)
          tile(dScores + 32 * j, 32, 4, queries + offset + 4 * d, 4 * columns, GROUP, dKeys + to, 4 * columns, true)
          tile(weights + 32 * j, 32, 4, outs + offset + 4 * d, 4 * columns, GROUP, dValues + to, 4 * columns, true)
        }
      weights += 32 * seen
    }
    scatterHead(dKeys, length, width, 1, dk + at, stride)
    scatterHead(dValues, length, width, 1, dv + at, stride)
  }
}
