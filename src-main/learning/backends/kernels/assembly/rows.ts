/** Rows of matrices: taken, added up, copied. */
import { put, splat, take } from './vector'

/** out[i] = x[ids[i]] for i from..to-1. @param x [n, width] */
export function gatherRows(x: usize, ids: usize, out: usize, from: i32, to: i32, width: i32): void {
  const bytes: usize = 4 * <usize>width
  for (let i = from; i < to; i++) copy(out + <usize>i * bytes, x + <usize>load<i32>(ids + 4 * i) * bytes, width)
}

@inline
function copy(to: usize, from: usize, width: i32): void {
  for (let j = 0; j < width; j += 4) put(to + 4 * j, take(from + 4 * j, width - j), width - j)
}

/** out[s] = sum of the rows of x whose id is s, in their order; columns from..to-1. @param x [n, width] @param out [segments, width] */
export function segmentSum(x: usize, ids: usize, out: usize, n: i32, segments: i32, from: i32, to: i32, width: i32): void {
  const bytes: usize = 4 * <usize>width
  for (let s = 0; s < segments; s++) memory.fill(out + <usize>s * bytes + 4 * from, 0, 4 * (to - from))
  for (let i = 0; i < n; i++) {
    const id = load<i32>(ids + 4 * i)
    if (<u32>id >= <u32>segments) continue
    const row = x + <usize>i * bytes
    const target = out + <usize>id * bytes
    for (let j = from; j < to; j += 4) {
      const left = to - j
      put(target + 4 * j, f32x4.add(take(target + 4 * j, left), take(row + 4 * j, left)), left)
    }
  }
}

/** Rows summed one after the other before they are added to the total: thousands of terms lose fewer digits that way. */
const STRETCH = 256

/** out[j] = sum over the rows of x[., j], columns from..to-1. @param bytes from a row to the next */
export function columnSums(x: usize, rows: i32, bytes: usize, out: usize, from: i32, to: i32): void {
  let j = from
  for (; j + 16 <= to; j += 16) {
    let t0 = splat(0), t1 = splat(0), t2 = splat(0), t3 = splat(0)
    for (let first = 0; first < rows; first += STRETCH) {
      const end = min(rows, first + STRETCH)
      let s0 = splat(0), s1 = splat(0), s2 = splat(0), s3 = splat(0)
      let row = x + <usize>first * bytes + 4 * j
      for (let i = first; i < end; i++) {
        s0 = f32x4.add(s0, v128.load(row)), s1 = f32x4.add(s1, v128.load(row, 16))
        s2 = f32x4.add(s2, v128.load(row, 32)), s3 = f32x4.add(s3, v128.load(row, 48))
        row += bytes
      }
      t0 = f32x4.add(t0, s0), t1 = f32x4.add(t1, s1), t2 = f32x4.add(t2, s2), t3 = f32x4.add(t3, s3)
    }
    v128.store(out + 4 * j, t0), v128.store(out + 4 * j, t1, 16), v128.store(out + 4 * j, t2, 32), v128.store(out + 4 * j, t3, 48)
  }
  for (; j < to; j += 4) {
    const left = to - j
    let total = splat(0)
    for (let first = 0; first < rows; first += STRETCH) {
      const end = min(rows, first + STRETCH)
      let sum = splat(0)
      for (let i = first; i < end; i++) sum = f32x4.add(sum, take(x + <usize>i * bytes + 4 * j, left))
      total = f32x4.add(total, sum)
    }
    put(out + 4 * j, total, left)
  }
}

/** `rows` stretches of `bytes`, each stride apart, from one place to another. */
export function copyBlock(from: usize, fromStride: usize, to: usize, toStride: usize, rows: i32, bytes: usize): void {
  for (let i = 0; i < rows; i++) memory.copy(to + <usize>i * toStride, from + <usize>i * fromStride, bytes)
}
