/** Thinning of long curves that loses no spike. */
export interface Points {
  /** [n], ascending */
  x: number[]
  /** [n] */
  y: number[]
}

/**
 * At most `limit` points: the curve is cut into limit / 2 pieces of equal count, and of each piece the lowest and the highest point stay, in
 * their order. The first and the last point always stay.
 */
export function minMax(points: Points, limit: number): Points {
  const n = points.x.length
  if (n <= limit || limit < 4) return points
  const pieces = Math.floor((limit - 2) / 2)
  const out: Points = { x: [points.x[0]!], y: [points.y[0]!] }
  for (let piece = 0; piece < pieces; piece++) {
    const from = 1 + Math.floor((piece * (n - 2)) / pieces)
    const to = 1 + Math.floor(((piece + 1) * (n - 2)) / pieces)
    let low = from
    let high = from
    for (let i = from; i < to; i++) {
      if (points.y[i]! < points.y[low]!) low = i
      if (points.y[i]! > points.y[high]!) high = i
    }
    for (const i of low === high ? [low] : [Math.min(low, high), Math.max(low, high)]) {
      out.x.push(points.x[i]!)
      out.y.push(points.y[i]!)
    }
  }
  out.x.push(points.x[n - 1]!)
  out.y.push(points.y[n - 1]!)
  return out
}
