/** Layer normalisation over the rows of x [rows, width], forward and backward. */
import { multiplyAdd, put, splat, sumLanes, take } from './vector'

/** Rows whose shares in the gradients of gain and bias are summed together. Fixed, so that the sums do not depend on the number of threads. */
const BLOCK = 128

export function normBlocks(rows: i32): i32 {
  return (rows + BLOCK - 1) / BLOCK
}

/** y = (x - mean) scale gain + bias for rows from..to-1; mean and scale = 1 / sqrt(variance + epsilon) are kept, [rows] each. */
export function norm(
  x: usize, gain: usize, bias: usize, y: usize, mean: usize, scale: usize, from: i32, to: i32, width: i32, epsilon: f32,
): void {
  for (let i = from; i < to; i++) {
    const row = x + 4 * <usize>i * width
    let sum = splat(0)
    for (let j = 0; j < width; j += 4) sum = f32x4.add(sum, take(row + 4 * j, width - j))
    const m = sumLanes(sum) / <f32>width
    let squares: f32 = 0
    let j = 0
    let lanes = splat(0)
    for (; j + 4 <= width; j += 4) {
      const d = f32x4.sub(v128.load(row + 4 * j), splat(m))
      lanes = multiplyAdd(d, d, lanes)
    }
    for (; j < width; j++) {
      const d = load<f32>(row + 4 * j) - m
      squares += d * d
    }
    const s: f32 = 1 / sqrt<f32>((sumLanes(lanes) + squares) / <f32>width + epsilon)
    store<f32>(mean + 4 * i, m)
    store<f32>(scale + 4 * i, s)
    const out = y + 4 * <usize>i * width
    for (j = 0; j < width; j += 4) {
      const left = width - j
      const unit = f32x4.mul(f32x4.sub(take(row + 4 * j, left), splat(m)), splat(s))
      put(out + 4 * j, multiplyAdd(unit, take(gain + 4 * j, left), take(bias + 4 * j, left)), left)
    }
  }
}

/**
 * dx for the rows of blocks from..to-1, and for each of them a row of `shares` [blocks, 2 width]: its part of the gradient of gain, then of bias.
 */
export function normGradient(
  x: usize, gain: usize, mean: usize, scale: usize, dy: usize, dx: usize, shares: usize, from: i32, to: i32, rows: i32, width: i32,
): void {
  for (let block = from; block < to; block++) {
    const dGain = shares + 8 * <usize>block * width
    const dBias = dGain + 4 * width
    memory.fill(dGain, 0, 8 * width)
    const end = min(rows, (block + 1) * BLOCK)
    for (let i = block * BLOCK; i < end; i++) {
      const at: usize = 4 * <usize>i * width
      const m = v128.load32_splat(mean + 4 * i)
      const s = v128.load32_splat(scale + 4 * i)
      let sum = splat(0)
      let along = splat(0)
      for (let j = 0; j < width; j += 4) {
        const left = width - j
        const d = take(dy + at + 4 * j, left) // 0 behind the end, so that what stands there in x does not count
        const unit = f32x4.mul(f32x4.sub(take(x + at + 4 * j, left), m), s)
        const dUnit = f32x4.mul(d, take(gain + 4 * j, left))
        sum = f32x4.add(sum, dUnit)
        along = multiplyAdd(dUnit, unit, along)
        put(dGain + 4 * j, multiplyAdd(d, unit, take(dGain + 4 * j, left)), left)
        put(dBias + 4 * j, f32x4.add(d, take(dBias + 4 * j, left)), left)
      }
      const meanSum = splat(sumLanes(sum) / <f32>width)
      const meanAlong = splat(sumLanes(along) / <f32>width)
      for (let j = 0; j < width; j += 4) {
        const left = width - j
        const unit = f32x4.mul(f32x4.sub(take(x + at + 4 * j, left), m), s)
        const dUnit = f32x4.mul(take(dy + at + 4 * j, left), take(gain + 4 * j, left))
        put(dx + at + 4 * j, f32x4.mul(s, f32x4.sub(f32x4.sub(dUnit, meanSum), f32x4.mul(unit, meanAlong))), left)
      }
    }
  }
}
