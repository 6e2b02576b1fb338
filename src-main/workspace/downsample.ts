/** Min-max downsampling: of every bucket of neighbouring points its lowest and its highest stay, so that no spike is lost. */

export interface Curve {
  x: Float64Array
  y: Float64Array
}

/**
 * @param curve [n] points in the order of x
 * @param points at most this many are given back (2 or more); all of them when there are no more
 * @returns a subset of the points in their order; first and last stay
 */
export function downsample(curve: Curve, points: number): Curve {
  const n = curve.x.length
  const most = Math.max(2, Math.floor(points))
  if (n <= most) return curve
  const buckets = Math.floor((most - 2) / 2)
  const kept = [0]
  for (let b = 0; b < buckets; b++) {
    const start = 1 + Math.floor((b * (n - 2)) / buckets)
    const end = 1 + Math.floor(((b + 1) * (n - 2)) / buckets)
    let low = start
    let high = start
    for (let i = start + 1; i < end; i++) {
      const y = curve.y[i]!
      // a value that is no number is kept only where there is nothing else
      if (y < curve.y[low]! || Number.isNaN(curve.y[low])) low = i
      if (y > curve.y[high]! || Number.isNaN(curve.y[high])) high = i
    }
    kept.push(Math.min(low, high))
    if (low !== high) kept.push(Math.max(low, high))
  }
  kept.push(n - 1)
  return { x: Float64Array.from(kept, (i) => curve.x[i]!), y: Float64Array.from(kept, (i) => curve.y[i]!) }
}
