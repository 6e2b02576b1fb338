/** The two losses over scores [rows, width], each with what its gradient needs. */
import { exponential, logarithm, maxLanes, multiplyAdd, put, splat, sumLanes, take } from './vector'

/** Lanes that are left of a row, all bits set. */
@inline
function within(left: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(left))
}

/**
 * Softmax cross-entropy of rows from..to-1 against one label each. @param hidden added to the scores, 0 = none
 * @param probabilities [rows, width] written @param loss [rows] written
 */
export function softmaxLoss(
  scores: usize, hidden: usize, labels: usize, probabilities: usize, loss: usize, from: i32, to: i32, width: i32,
): void {
  for (let i = from; i < to; i++) {
    const at: usize = 4 * <usize>i * width
    const out = probabilities + at
    let highest = splat(-3e38)
    for (let j = 0; j < width; j += 4) {
      const left = width - j
      let z = take(scores + at + 4 * j, left)
      if (hidden) z = f32x4.add(z, take(hidden + at + 4 * j, left))
      put(out + 4 * j, z, left)
      highest = f32x4.pmax(highest, left < 4 ? v128.bitselect(z, splat(-3e38), within(left)) : z)
    }
    const top = maxLanes(highest)
    const label = load<i32>(labels + 4 * i)
    const chosen: f32 = load<f32>(out + 4 * label) - top
    let lanes = splat(0)
    for (let j = 0; j < width; j += 4) {
      const left = width - j
      let e = exponential(f32x4.sub(take(out + 4 * j, left), splat(top)))
      if (left < 4) e = v128.and(e, within(left))
      put(out + 4 * j, e, left)
      lanes = f32x4.add(lanes, e)
    }
    const sum = sumLanes(lanes)
    const share = splat(1 / sum)
    for (let j = 0; j < width; j += 4) put(out + 4 * j, f32x4.mul(take(out + 4 * j, width - j), share), width - j)
    store<f32>(loss + 4 * i, f32x4.extract_lane(logarithm(splat(sum)), 0) - chosen)
  }
}

/** dScores = dLoss (probabilities - 1 at the label), rows from..to-1. @param dLoss [rows] */
export function softmaxLossGradient(
  probabilities: usize, labels: usize, dLoss: usize, dScores: usize, from: i32, to: i32, width: i32,
): void {
  for (let i = from; i < to; i++) {
    const at: usize = 4 * <usize>i * width
    const d = load<f32>(dLoss + 4 * i)
    for (let j = 0; j < width; j += 4) {
      const left = width - j
      put(dScores + at + 4 * j, f32x4.mul(take(probabilities + at + 4 * j, left), splat(d)), left)
    }
    const chosen = dScores + at + 4 * load<i32>(labels + 4 * i)
    store<f32>(chosen, load<f32>(chosen) - d)
  }
}

/**
 * Binary cross-entropy of the logits z against one label for all, rows from..to-1: loss[i] = sum over the row of weight (max(z, 0) - label z +
 * log(1 + exp(-|z|))), and its derivative weight (sigmoid(z) - label).
 */
export function binaryLoss(
  z: usize, weights: usize, derivative: usize, loss: usize, from: i32, to: i32, width: i32, label: f32,
): void {
  for (let i = from; i < to; i++) {
    const at: usize = 4 * <usize>i * width
    let lanes = splat(0)
    for (let j = 0; j < width; j += 4) {
      const left = width - j
      const x = take(z + at + 4 * j, left)
      const weight = take(weights + at + 4 * j, left) // 0 behind the end
      const e = exponential(f32x4.neg(f32x4.abs(x)))
      const one = f32x4.add(splat(1), e)
      const terms = f32x4.sub(f32x4.add(f32x4.pmax(x, splat(0)), logarithm(one)), f32x4.mul(splat(label), x))
      const sigmoid = f32x4.div(v128.bitselect(splat(1), e, f32x4.ge(x, splat(0))), one)
      lanes = multiplyAdd(weight, terms, lanes)
      put(derivative + at + 4 * j, f32x4.mul(weight, f32x4.sub(sigmoid, splat(label))), left)
    }
    store<f32>(loss + 4 * i, sumLanes(lanes))
  }
}

/** y[i] = x[i] factor[i], rows from..to-1. @param factors [rows] */
export function scaleRows(x: usize, factors: usize, y: usize, from: i32, to: i32, width: i32): void {
  for (let i = from; i < to; i++) {
    const at: usize = 4 * <usize>i * width
    const factor = v128.load32_splat(factors + 4 * i)
    for (let j = 0; j < width; j += 4) put(y + at + 4 * j, f32x4.mul(take(x + at + 4 * j, width - j), factor), width - j)
  }
}
