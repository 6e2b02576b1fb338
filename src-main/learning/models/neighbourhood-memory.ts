/** What neighbourhood models cost, said before they begin. */
const MEMORY_LIMIT = 4e9
/** Bytes of an index and a value. */
const ENTRY = 8

export interface NeighbourhoodSize {
  /** Training events. */
  events: number
  /** Lists of neighbours that are kept, and their greatest length. */
  lists: number
  k: number
}

/** Rows and their transpose, the lists, their transpose, and the copy that ranking works on. */
export function neighbourhoodBytes({ events, lists, k }: NeighbourhoodSize): number {
  return 2 * ENTRY * events + 3 * ENTRY * lists * k
}

/** @throws before anything is allocated; the sentence says how much it would be and what helps */
export function refuseBeyondMemory(label: string, size: NeighbourhoodSize): void {
  const bytes = neighbourhoodBytes(size)
  if (bytes <= MEMORY_LIMIT) return
  const count = (n: number): string => n.toLocaleString('en')
  throw new Error(
    `${label} would need ${(bytes / 1e9).toFixed(1)} GB for ${count(size.events)} ratings and ${count(size.lists)} lists of ${count(size.k)} neighbours; the limit is ${MEMORY_LIMIT / 1e9} GB. ` +
      'Give fewer neighbours, or raise the k-core so that fewer ratings and items remain.',
  )
}

/** A sum that lands anywhere in memory, counted as what a large product does meanwhile: measured on 610 and on 162,000 users. */
const SCATTERED = 50
/** The mean of the squares of how many ratings rows have, over the square of the mean: few rows have most of them. MovieLens: 3 by user, 9 by movie. */
const SKEW = { users: 3, items: 9 }

/** Operations of all pairs of entries that share a row of the given side. */
export function pairOperations(side: 'users' | 'items', events: number, rows: number): number {
  return (SCATTERED * SKEW[side] * events * events) / Math.max(1, rows)
}
