/** Between a gradient and the next weights, on flat vectors. */
import { multiplyAdd, put, splat, sumLanes, take } from './vector'

/** Entries whose squares are summed together; fixed, so that the sum does not depend on the number of threads. */
const BLOCK = 16384

export function squareBlocks(size: i32): i32 {
  return (size + BLOCK - 1) / BLOCK
}

/** sums[b] = sum of x^2 over block b, float64, blocks from..to-1. */
export function sumSquares(x: usize, sums: usize, from: i32, to: i32, size: i32): void {
  for (let block = from; block < to; block++) {
    let sum: f64 = 0
    const end = min(size, (block + 1) * BLOCK)
    for (let first = block * BLOCK; first < end; first += 256) {
      let lanes = splat(0)
      const stop = min(end, first + 256)
      for (let i = first; i < stop; i += 4) {
        const v = take(x + 4 * <usize>i, stop - i)
        lanes = multiplyAdd(v, v, lanes)
      }
      sum += <f64>sumLanes(lanes)
    }
    store<f64>(sums + 8 * block, sum)
  }
}

/** y += factor x, entries from..to-1. */
export function addScaled(y: usize, x: usize, from: i32, to: i32, factor: f32): void {
  for (let i = from; i < to; i += 4) {
    const left = to - i
    put(y + 4 * <usize>i, multiplyAdd(splat(factor), take(x + 4 * <usize>i, left), take(y + 4 * <usize>i, left)), left)
  }
}

/** Moments below these are set to 0, as in optimiser.ts. */
const FLUSH_FIRST: f32 = 1e-30
const FLUSH_SECOND: f32 = 1e-36

/**
 * Adam in place, entries from..to-1: weights -= step m / (sqrt(correction v) + epsilon). @param factor of the gradient, for clipping
 * @param step rate / (1 - beta1^t) @param correction 1 / (1 - beta2^t) @param rest1 1 - beta1, which float32 would get wrong here, as 1 - beta2
 */
export function adam(
  weights: usize, first: usize, second: usize, gradient: usize, from: i32, to: i32,
  factor: f32, step: f32, correction: f32, beta1: f32, rest1: f32, beta2: f32, rest2: f32, epsilon: f32,
): void {
  for (let i = from; i < to; i += 4) {
    const left = to - i
    const at: usize = 4 * <usize>i
    const g = f32x4.mul(take(gradient + at, left), splat(factor))
    let m = f32x4.add(f32x4.mul(splat(beta1), take(first + at, left)), f32x4.mul(splat(rest1), g))
    let v = f32x4.add(f32x4.mul(splat(beta2), take(second + at, left)), f32x4.mul(splat(rest2), f32x4.mul(g, g)))
    m = v128.and(m, f32x4.ge(f32x4.abs(m), splat(FLUSH_FIRST)))
    v = v128.and(v, f32x4.ge(v, splat(FLUSH_SECOND)))
    put(first + at, m, left)
    put(second + at, v, left)
    const root = f32x4.add(f32x4.sqrt(f32x4.mul(v, splat(correction))), splat(epsilon))
    put(weights + at, f32x4.sub(take(weights + at, left), f32x4.div(f32x4.mul(splat(step), m), root)), left)
  }
}
