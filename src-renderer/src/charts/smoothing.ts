/**
 * Exponential moving average without the start-up bias of an average that begins at zero (the correction of Adam, Kingma & Ba 2015,
 * section 3): s_t = w s_{t-1} + (1 - w) y_t, shown as s_t / (1 - w^t). Values that are not finite are passed through and not averaged.
 *
 * @param y [n] raw values
 * @param weight 0 (off) up to, not including, 1
 * @returns [n] a new array
 */
export function debiasedEma(y: ArrayLike<number>, weight: number): number[] {
  if (weight < 0 || weight >= 1) throw new RangeError(`The smoothing weight is ${weight}; it must be in [0, 1).`)
  const out = new Array<number>(y.length)
  let sum = 0
  let norm = 0
  for (let t = 0; t < y.length; t++) {
    const value = y[t]!
    if (!Number.isFinite(value)) {
      out[t] = value
      continue
    }
    sum = weight * sum + (1 - weight) * value
    norm = weight * norm + (1 - weight)
    out[t] = sum / norm
  }
  return out
}
