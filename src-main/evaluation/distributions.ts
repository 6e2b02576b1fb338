/** Tail probabilities of the t and the normal distribution, to about 1e-13. */

/** ln Gamma(x), x > 0: Lanczos' approximation with g = 7 and nine terms (Godfrey's coefficients), relative error below 1e-14. */
function logGamma(x: number): number {
  const c = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  let sum = c[0]!
  for (let i = 1; i < c.length; i++) sum += c[i]! / (x - 1 + i)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

/**
 * Regularised incomplete beta function I_x(a, b): the continued fraction of DLMF 8.17.22, evaluated by Lentz's method,
 * on the side where it converges fast. a, b > 0, x in [0, 1].
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  const away = (v: number): number => (Math.abs(v) < 1e-300 ? 1e-300 : v)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * h
}

/** P(|T| >= |t|) for Student's t with `freedom` degrees of freedom. */
export function twoSidedT(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
}

/** P(|Z| >= |z|) for a standard normal Z: erfc(|z| / sqrt 2) by its series (DLMF 7.6.2) or continued fraction (7.9.1, backwards). */
export function twoSidedNormal(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  if (x < 2.5) {
    let term = x
    let sum = x
    for (let n = 1; term > 1e-17 * sum; n++) {
      term *= (2 * x * x) / (2 * n + 1)
      sum += term
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
  }
  let tail = x
  for (let n = 120; n > 0; n--) tail = x + n / 2 / tail
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail)
}
