/**
 * Four float32 lanes at once: what all kernels share. Written in AssemblyScript (github.com/AssemblyScript/assemblyscript): pointers are numbers, nothing
 * is allocated, no static memory is used, so that a module can live inside another module's heap.
 */

/** a b + c; one rounding where the relaxed instructions are there and the processor has the instruction, else two. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

@inline
export function splat(x: f32): v128 {
  return f32x4.splat(x)
}

/** The first `left` (at least 1) of four lanes, zeros behind. */
export function loadPart(from: usize, left: i32): v128 {
  let v = v128.load32_zero(from)
  if (left > 1) v = f32x4.replace_lane(v, 1, load<f32>(from, 4))
  if (left > 2) v = f32x4.replace_lane(v, 2, load<f32>(from, 8))
  return v
}

export function storePart(to: usize, v: v128, left: i32): void {
  store<f32>(to, f32x4.extract_lane(v, 0))
  if (left > 1) store<f32>(to, f32x4.extract_lane(v, 1), 4)
  if (left > 2) store<f32>(to, f32x4.extract_lane(v, 2), 8)
}

/** Four lanes, or as many as are left of a row. */
@inline
export function take(from: usize, left: i32): v128 {
  return left >= 4 ? v128.load(from) : loadPart(from, left)
}

@inline
export function put(to: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(to, v)
  else storePart(to, v, left)
}

@inline
export function sumLanes(v: v128): f32 {
  const pairs = f32x4.add(v, i32x4.shuffle(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.add(pairs, i32x4.shuffle(pairs, pairs, 1, 0, 3, 2)), 0)
}

@inline
export function maxLanes(v: v128): f32 {
  const pairs = f32x4.pmax(v, i32x4.shuffle(v, v, 2, 3, 0, 1))
  return f32x4.extract_lane(f32x4.pmax(pairs, i32x4.shuffle(pairs, pairs, 1, 0, 3, 2)), 0)
}

/** Added to a number below 2^22, it leaves the nearest integer in the low bits. */
const ROUND: f32 = 12582912 // 1.5 * 2^23

/**
 * e^x to about 1e-7 (Cephes expf); NaN stays NaN. Exactly 0 below -50, far under what float32 can add to 1: WebAssembly cannot flush denormal numbers,
 * and a probability of 1e-38 would make every product it takes part in many times slower.
 */
@inline
export function exponential(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, splat(-50)), splat(88))
  const rounded = multiplyAdd(bounded, splat(1.44269504), splat(ROUND))
  const n = f32x4.sub(rounded, splat(ROUND))
  const r = multiplyAdd(n, splat(2.1219444e-4), multiplyAdd(n, splat(-0.693359375), bounded))
  let p = splat(1.98756915e-4)
  p = multiplyAdd(p, r, splat(1.3981999507e-3))
  p = multiplyAdd(p, r, splat(8.3334519073e-3))
  p = multiplyAdd(p, r, splat(4.1665795894e-2))
  p = multiplyAdd(p, r, splat(1.6666665459e-1))
  p = multiplyAdd(p, r, splat(5.0000001201e-1))
  const mantissa = f32x4.add(multiplyAdd(f32x4.mul(r, r), p, r), splat(1))
  const power = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(0x3f800000))
  return v128.andnot(f32x4.mul(mantissa, power), f32x4.lt(x, splat(-50)))
}

/** Natural logarithm of a normal positive number to about 1e-7 (Cephes logf); NaN stays NaN. */
@inline
export function logarithm(x: v128): v128 {
  let n = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)))
  let m = v128.or(v128.and(x, i32x4.splat(0x7fffff)), splat(0.5)) // x = m 2^n, 0.5 <= m < 1
  const low = f32x4.lt(m, splat(0.707106781))
  n = f32x4.sub(n, v128.and(low, splat(1)))
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), splat(1))
  const square = f32x4.mul(m, m)
  let p = splat(7.0376836292e-2)
  p = multiplyAdd(p, m, splat(-1.1514610310e-1))
  p = multiplyAdd(p, m, splat(1.1676998740e-1))
  p = multiplyAdd(p, m, splat(-1.2420140846e-1))
  p = multiplyAdd(p, m, splat(1.4249322787e-1))
  p = multiplyAdd(p, m, splat(-1.6668057665e-1))
  p = multiplyAdd(p, m, splat(2.0000714765e-1))
  p = multiplyAdd(p, m, splat(-2.4999993993e-1))
  p = multiplyAdd(p, m, splat(3.3333331174e-1))
  let y = f32x4.mul(f32x4.mul(p, m), square)
  y = multiplyAdd(n, splat(-2.12194440e-4), y)
  y = multiplyAdd(square, splat(-0.5), y)
  y = multiplyAdd(n, splat(0.693359375), f32x4.add(m, y))
  return f32x4.add(y, f32x4.mul(x, splat(0))) // the bits above are those of any number
}

/** Transposes a 4 x 4 block: rows at `from`, `stride` bytes apart, become groups of four at `to`, `step` bytes apart. */
@inline
export function transposeBlock(from: usize, stride: usize, to: usize, step: usize): void {
  const a = v128.load(from)
  const b = v128.load(from + stride)
  const c = v128.load(from + 2 * stride)
  const d = v128.load(from + 3 * stride)
  const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5)
  const ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7)
  const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5)
  const cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7)
  v128.store(to, i64x2.shuffle(ab0, cd0, 0, 2))
  v128.store(to + step, i64x2.shuffle(ab0, cd0, 1, 3))
  v128.store(to + 2 * step, i64x2.shuffle(ab1, cd1, 0, 2))
  v128.store(to + 3 * step, i64x2.shuffle(ab1, cd1, 1, 3))
}
