/** Element by element: GELU and dropout. Dropout masks come from a counter (see dropout.ts), so that they need no memory and no order. */
import { exponential, put, splat, take } from './vector'

/** Eight 16-bit lanes of random bits for the entries i..i+7; i is a multiple of eight. */
@inline
function randomBits(i: i32, seed: i32): v128 {
  let h = v128.xor(i32x4.mul(i32x4.add(i32x4.splat(i), i32x4(1, 3, 5, 7)), i32x4.splat(0x9e3779b1)), i32x4.splat(seed))
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 16)), i32x4.splat(0x85ebca6b))
  h = i32x4.mul(v128.xor(h, i32x4.shr_u(h, 13)), i32x4.splat(0xc2b2ae35))
  return v128.xor(h, i32x4.shr_u(h, 16))
}

/** All bits set in the lanes of entries i..i+3 that are kept. `bits` are those of the eight entries that i lies in. */
@inline
function kept(bits: v128, i: i32, threshold: i32): v128 {
  const keep = i16x8.ge_u(bits, i16x8.splat(<i16>threshold))
  return i & 4 ? i32x4.extend_high_i16x8_s(keep) : i32x4.extend_low_i16x8_s(keep)
}

const SCALE: f32 = 1.5957691216057308 // 2 sqrt(2 / pi)
const CUBIC: f32 = 0.044715

/** y = dropout(gelu(x)) and its derivative, entries from..to-1; `from` is a multiple of eight. @param threshold dropped of 65536; 0 = no dropout */
export function gelu(
  x: usize, y: usize, derivative: usize, from: i32, to: i32, seed: i32, threshold: i32, scale: f32,
): void {
  let bits = splat(0)
  for (let i = from; i < to; i += 4) {
    const left = to - i
    const v = take(x + 4 * <usize>i, left)
    const square = f32x4.mul(v, v)
    const u = f32x4.mul(f32x4.mul(v, splat(SCALE)), f32x4.add(f32x4.mul(square, splat(CUBIC)), splat(1)))
    const gate = v128.andnot(
      f32x4.div(splat(1), f32x4.add(splat(1), exponential(f32x4.neg(u)))),
      f32x4.lt(u, splat(-50)), // exactly 0 there, for the sake of what it is multiplied with
    )
    let value = f32x4.mul(v, gate)
    const slope = f32x4.mul(f32x4.add(f32x4.mul(square, splat(3 * CUBIC)), splat(1)), splat(SCALE))
    let d = f32x4.add(gate, f32x4.mul(f32x4.mul(value, f32x4.sub(splat(1), gate)), slope))
    if (threshold) {
      if (!(i & 4)) bits = randomBits(i, seed)
      const keep = kept(bits, i, threshold)
      value = v128.and(f32x4.mul(value, splat(scale)), keep)
      d = v128.and(f32x4.mul(d, splat(scale)), keep)
    }
    put(y + 4 * <usize>i, value, left)
    put(derivative + 4 * <usize>i, d, left)
  }
}

/** y = residual + dropout(x), entries from..to-1; `from` is a multiple of eight. @param residual 0 = none */
export function addDropout(
  residual: usize, x: usize, y: usize, from: i32, to: i32, seed: i32, threshold: i32, scale: f32,
): void {
  let bits = splat(0)
  for (let i = from; i < to; i += 4) {
    const left = to - i
    if (!(i & 4)) bits = randomBits(i, seed)
    let v = v128.and(f32x4.mul(take(x + 4 * <usize>i, left), splat(scale)), kept(bits, i, threshold))
    if (residual) v = f32x4.add(v, take(residual + 4 * <usize>i, left))
    put(y + 4 * <usize>i, v, left)
  }
}

/** y = a b, entries from..to-1. */
export function multiply(a: usize, b: usize, y: usize, from: i32, to: i32): void {
  for (let i = from; i < to; i += 4) {
    const left = to - i
    put(y + 4 * <usize>i, f32x4.mul(take(a + 4 * <usize>i, left), take(b + 4 * <usize>i, left)), left)
  }
}
