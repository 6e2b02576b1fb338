/**
 * Matrix products, C = op(A) op(B) (+ bias) (+ C). Blocks of B, and of A where it is transposed, are packed so that the innermost loop reads in order; it keeps a tile of
 * 4 x 8 sums in registers (Goto, van de Geijn 2008): 16 of the processor's vector registers at most, more of them spill. Every element is summed in the
 * order of k alone, whatever stretch of rows and columns is asked for.
 */
import { multiplyAdd, splat, transposeBlock } from './vector'

const ROWS = 4
const COLUMNS = 8
/** Stretch of k whose packed panels are worked on at once: a panel of B stays in the first-level cache ... */
const DEPTH = 256
/** ... rows of A packed at once, which stay in the second-level cache ... */
const BAND = 128
/** ... and columns of B packed at once. */
const WIDTH = 2048

/** Bytes of scratch space that `gemm` needs. */
export function gemmScratch(): i32 {
  return 4 * (DEPTH * (WIDTH + BAND) + ROWS * COLUMNS)
}

/**
 * Packs `count` lines (rows of op(A), columns of op(B)) over `depth` steps of k into panels of `lines` lines, [panel][k][line], zeros behind the last.
 * @param along whether the steps of k are neighbours in memory; else the lines are
 */
@inline
function pack(lines: i32, from: usize, stride: usize, along: bool, count: i32, depth: i32, to: usize): void {
  let first = 0
  if (!along && lines === 4)
    for (; first + 16 <= count; first += 16) {
      // a cache line at a time: it is read once, into the four panels that it holds parts of
      let source = from + 4 * first
      let target = to + 4 * <usize>(first * depth)
      const next: usize = 16 * depth
      for (let k = 0; k < depth; k++) {
        v128.store(target, v128.load(source))
        v128.store(target + next, v128.load(source, 16))
        v128.store(target + 2 * next, v128.load(source, 32))
        v128.store(target + 3 * next, v128.load(source, 48))
        source += stride
        target += 16
      }
    }
  for (; first < count; first += lines) {
    const panel = to + 4 * <usize>(first * depth)
    const size = min(lines, count - first)
    if (size === lines) {
      if (along) {
        let k = 0
        for (; k + 4 <= depth; k += 4)
          for (let line = 0; line < lines; line += 4)
            transposeBlock(from + <usize>(first + line) * stride + 4 * k, stride, panel + 4 * (k * lines + line), 4 * lines)
        for (; k < depth; k++)
          for (let line = 0; line < lines; line++)
            store<f32>(panel + 4 * (k * lines + line), load<f32>(from + <usize>(first + line) * stride + 4 * k))
      } else {
        let source = from + 4 * first
        let target = panel
        for (let k = 0; k < depth; k++) {
          for (let line = 0; line < lines; line += 4) v128.store(target + 4 * line, v128.load(source + 4 * line))
          source += stride
          target += 4 * lines
        }
      }
    } else {
      const byLine: usize = along ? stride : 4
      const byStep: usize = along ? 4 : stride
      for (let k = 0; k < depth; k++)
        for (let line = 0; line < lines; line++) {
          const value: f32 = line < size ? load<f32>(from + <usize>(first + line) * byLine + <usize>k * byStep) : 0
          store<f32>(panel + 4 * (k * lines + line), value)
        }
    }
  }
}

function packRows(from: usize, stride: usize, along: bool, count: i32, depth: i32, to: usize): void {
  pack(ROWS, from, stride, along, count, depth, to)
}

function packColumns(from: usize, stride: usize, along: bool, count: i32, depth: i32, to: usize): void {
  pack(COLUMNS, from, stride, along, count, depth, to)
}

@inline
function finish(c: usize, left: v128, right: v128, add: bool, bias: usize): void {
  if (add) {
    left = f32x4.add(left, v128.load(c))
    right = f32x4.add(right, v128.load(c, 16))
  }
  if (bias) {
    left = f32x4.add(left, v128.load(bias))
    right = f32x4.add(right, v128.load(bias, 16))
  }
  v128.store(c, left)
  v128.store(c, right, 16)
}

/** One 4 x 8 tile of C from a panel of A [depth][4] and one of B [depth][8]. @param stride bytes between rows of C */
export function tile(depth: i32, a: usize, b: usize, c: usize, stride: usize, add: bool, bias: usize): void {
  let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0)
  let c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0)
  for (let k = 0; k < depth; k++) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = multiplyAdd(x, b0, c00)
    c01 = multiplyAdd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = multiplyAdd(x, b0, c10)
    c11 = multiplyAdd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = multiplyAdd(x, b0, c20)
    c21 = multiplyAdd(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = multiplyAdd(x, b0, c30)
    c31 = multiplyAdd(x, b1, c31)
    a += 16
    b += 32
  }
  finish(c, c00, c01, add, bias)
  finish(c + stride, c10, c11, add, bias)
  finish(c + 2 * stride, c20, c21, add, bias)
  finish(c + 3 * stride, c30, c31, add, bias)
}

/** The same with A where it lies: four rows, `across` bytes apart. */
function tileOfRows(depth: i32, a: usize, across: usize, b: usize, c: usize, stride: usize, add: bool, bias: usize): void {
  let c00 = splat(0), c01 = splat(0), c10 = splat(0), c11 = splat(0)
  let c20 = splat(0), c21 = splat(0), c30 = splat(0), c31 = splat(0)
  const a1 = a + across, a2 = a1 + across, a3 = a2 + across
  const end: usize = 4 * <usize>depth
  for (let k: usize = 0; k < end; k += 4) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a + k)
    c00 = multiplyAdd(x, b0, c00)
    c01 = multiplyAdd(x, b1, c01)
    x = v128.load32_splat(a1 + k)
    c10 = multiplyAdd(x, b0, c10)
    c11 = multiplyAdd(x, b1, c11)
    x = v128.load32_splat(a2 + k)
    c20 = multiplyAdd(x, b0, c20)
    c21 = multiplyAdd(x, b1, c21)
    x = v128.load32_splat(a3 + k)
    c30 = multiplyAdd(x, b0, c30)
    c31 = multiplyAdd(x, b1, c31)
    b += 32
  }
  finish(c, c00, c01, add, bias)
  finish(c + stride, c10, c11, add, bias)
  finish(c + 2 * stride, c20, c21, add, bias)
  finish(c + 3 * stride, c30, c31, add, bias)
}

/** The part of a tile at the edge, which was computed whole beside C. */
function copyEdge(beside: usize, c: usize, stride: usize, rows: i32, columns: i32, add: bool, bias: usize): void {
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) {
      const to = c + <usize>i * stride + 4 * j
      let value = load<f32>(beside + 32 * i + 4 * j)
      if (add) value += load<f32>(to)
      if (bias) value += load<f32>(bias + 4 * j)
      store<f32>(to, value)
    }
}

/**
 * Rows m0..m1-1 and columns n0..n1-1 of C. A is [m, k], or [k, m] where `transposeA`; B is [k, n], or [n, k] where `transposeB`; lda, ldb, ldc are the
 * lengths of their rows in memory. @param bias [n] added to every row, 0 = none  @param add whether C is added to instead of overwritten
 * @param scratch 16-byte aligned, `gemmScratch` bytes
 */
export function gemm(
  a: usize, lda: i32, transposeA: bool, b: usize, ldb: i32, transposeB: bool, c: usize, ldc: i32,
  m0: i32, m1: i32, n0: i32, n1: i32, k: i32, bias: usize, add: bool, scratch: usize,
): void {
  const packedB = scratch
  const packedA = scratch + 4 * DEPTH * WIDTH
  const beside = packedA + 4 * DEPTH * BAND
  const stride: usize = 4 * <usize>ldc
  if (k === 0) {
    for (let i = m0; i < m1; i++)
      for (let j = n0; j < n1; j++) {
        const to = c + <usize>i * stride + 4 * j
        store<f32>(to, (add ? load<f32>(to) : 0) + (bias ? load<f32>(bias + 4 * j) : 0))
      }
    return
  }
  for (let j0 = n0; j0 < n1; j0 += WIDTH) {
    const width = min(WIDTH, n1 - j0)
    for (let k0 = 0; k0 < k; k0 += DEPTH) {
      const depth = min(DEPTH, k - k0)
      const offsetB = transposeB ? <usize>j0 * ldb + k0 : <usize>k0 * ldb + j0
      packColumns(b + 4 * offsetB, 4 * <usize>ldb, transposeB, width, depth, packedB)
      const adds = add || k0 > 0
      const added: usize = k0 + depth === k && bias ? bias + 4 * j0 : 0
      for (let i0 = m0; i0 < m1; i0 += BAND) {
        const rows = min(BAND, m1 - i0)
        const offsetA = transposeA ? <usize>k0 * lda + i0 : <usize>i0 * lda + k0
        // rows that lie along k are read where they are, four at a time; the others are packed
        const across: usize = 4 * <usize>lda
        const direct = transposeA ? 0 : rows & ~(ROWS - 1)
        const others = a + 4 * offsetA + (transposeA ? 0 : <usize>direct * across)
        packRows(others, across, !transposeA, rows - direct, depth, packedA)
        for (let j = 0; j < width; j += COLUMNS) {
          const panelB = packedB + 4 * <usize>(j * depth)
          const biasHere: usize = added ? added + 4 * j : 0
          const columns = min(COLUMNS, width - j)
          const to = c + <usize>i0 * stride + 4 * (j0 + j)
          for (let i = 0; i < direct; i += ROWS) {
            const from = a + 4 * offsetA + <usize>i * across
            const target = to + <usize>i * stride
            if (columns === COLUMNS) tileOfRows(depth, from, across, panelB, target, stride, adds, biasHere)
            else {
              tileOfRows(depth, from, across, panelB, beside, 32, false, 0)
              copyEdge(beside, target, stride, ROWS, columns, adds, biasHere)
            }
          }
          for (let i = direct; i < rows; i += ROWS) {
            const from = packedA + 4 * <usize>((i - direct) * depth)
            const target = to + <usize>i * stride
            if (columns === COLUMNS && rows - i >= ROWS) tile(depth, from, panelB, target, stride, adds, biasHere)
            else {
              tile(depth, from, panelB, beside, 32, false, 0)
              copyEdge(beside, target, stride, min(ROWS, rows - i), columns, adds, biasHere)
            }
          }
        }
      }
    }
  }
}
