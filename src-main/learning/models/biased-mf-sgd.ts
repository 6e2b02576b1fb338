/**
 * One step of stochastic gradients on one sample (Koren, Bell, Volinsky 2009, equation 5; the logistic form as in Rendle et al. 2020):
 *   x = mean + b_u + b_i + w_u . h_i,   L = l(x, y) + l2/2 (b_u^2 + b_i^2 + |w_u|^2 + |h_i|^2).
 */
export interface BiasedFactors {
  width: number
  mean: number
  /** [users, width] */
  users: Float32Array
  /** [items, width] */
  items: Float32Array
  /** [users] */
  userBias: Float32Array
  /** [items] */
  itemBias: Float32Array
}

/** Logistic: -y ln s(x) - (1 - y) ln(1 - s(x)) for y in {0, 1}. Squared: (x - y)^2 / 2. */
export type SampleLoss = 'logistic' | 'squared'

export function predict(
  { width, mean, users, items, userBias, itemBias }: BiasedFactors,
  u: number,
  i: number,
): number {
  let x = mean + userBias[u]! + itemBias[i]!
  for (let c = 0; c < width; c++) x += users[u * width + c]! * items[i * width + c]!
  return x
}

/** Moves the weights that the sample touches. @returns l(x, y) before the move */
export function moveOnSample(
  factors: BiasedFactors,
  loss: SampleLoss,
  { user, item, target }: { user: number; item: number; target: number },
  rate: number,
  l2: number,
): number {
  const { width, users, items, userBias, itemBias } = factors
  const x = predict(factors, user, item)
  // ln(1 + e^|x|) without overflow
  const value =
    loss === 'squared' ? (x - target) ** 2 / 2 : Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0) - target * x
  const slope = loss === 'squared' ? x - target : 1 / (1 + Math.exp(-x)) - target
  userBias[user]! -= rate * (slope + l2 * userBias[user]!)
  itemBias[item]! -= rate * (slope + l2 * itemBias[item]!)
  const u = user * width
  const i = item * width
  for (let c = 0; c < width; c++) {
    const w = users[u + c]!
    const h = items[i + c]!
    users[u + c] = w - rate * (slope * h + l2 * w)
    items[i + c] = h - rate * (slope * w + l2 * h)
  }
  return value
}
