/** Two circles whose areas, and whose common area, are in proportion to three counts. Pure geometry. */

export interface Venn {
  /** Radii of the two circles. */
  a: number
  b: number
  /** Distance of their centres. */
  distance: number
}

/**
 * @param sizes how many are in the first set, in the second, in both (at most the smaller of the two)
 * @returns lengths in a unit in which the larger circle has radius 1
 */
export function venn(sizes: { a: number; b: number; both: number }): Venn {
  const largest = Math.max(sizes.a, sizes.b, 1)
  const a = Math.sqrt(sizes.a / largest)
  const b = Math.sqrt(sizes.b / largest)
  const wanted = (Math.PI * Math.min(sizes.both, sizes.a, sizes.b)) / largest
  if (wanted <= 0) return { a, b, distance: a + b }
  let near = Math.abs(a - b) // one inside the other
  let far = a + b // they touch
  for (let step = 0; step < 50; step++) {
    const middle = (near + far) / 2
    if (commonArea(a, b, middle) > wanted) near = middle
    else far = middle
  }
  return { a, b, distance: (near + far) / 2 }
}

/** Area of the lens that two circles share. */
export function commonArea(a: number, b: number, distance: number): number {
  if (a === 0 || b === 0 || distance >= a + b) return 0
  if (distance <= Math.abs(a - b)) return Math.PI * Math.min(a, b) ** 2
  const angle = (r: number, s: number): number =>
    2 * Math.acos(Math.min(1, Math.max(-1, (distance ** 2 + r ** 2 - s ** 2) / (2 * distance * r))))
  const segment = (r: number, theta: number): number => (r ** 2 / 2) * (theta - Math.sin(theta))
  return segment(a, angle(a, b)) + segment(b, angle(b, a))
}
