/** What the data set says of items, as fields of a factorisation machine: each an item's share of each of its values. */
import type { TrainingData } from '../data.ts'

export interface ItemField {
  name: 'genres' | 'period' | 'domain'
  /** Values there are. */
  size: number
  /** [items, size] row-major; a row sums to 1, or is 0 where nothing is known */
  rows: Float32Array
}

/** Years are taken together so many at a time: single years have too few items to learn from. */
const PERIOD = 5

/** Genres (an item has several, so each counts 1 / their number), five-year periods, and the domain where there are two. */
export function itemFields({ items, domains, facts }: Pick<TrainingData, 'items' | 'domains' | 'facts'>): ItemField[] {
  const fields: ItemField[] = []
  if (facts) {
    const { genreNames, genres, year } = facts
    const names = genreNames.length
    if (names > 0) fields.push(field('genres', items, names, (item) => setBits(genres[item] ?? 0, names)))
    const known = year.filter((y) => y > 0)
    if (known.length > 0) {
      const first = Math.floor(known.reduce((a, b) => Math.min(a, b)) / PERIOD)
      const last = Math.floor(known.reduce((a, b) => Math.max(a, b)) / PERIOD)
      fields.push(
        field('period', items, last - first + 1, (item) => {
          const y = year[item] ?? 0
          return y > 0 ? [Math.floor(y / PERIOD) - first] : []
        }),
      )
    }
  }
  const [, second] = domains
  if (second) fields.push(field('domain', items, 2, (item) => [item >= second.start ? 1 : 0]))
  return fields
}

/** Some rows of a host table. @param table [n, width] @returns [ids, width] */
export function chosenRows(table: Float32Array, width: number, ids: Int32Array): Float32Array {
  const chosen = new Float32Array(ids.length * width)
  for (const [i, id] of ids.entries()) chosen.set(table.subarray(id * width, (id + 1) * width), i * width)
  return chosen
}

function field(name: ItemField['name'], items: number, size: number, values: (item: number) => number[]): ItemField {
  const rows = new Float32Array(items * size)
  for (let item = 0; item < items; item++) {
    const own = values(item)
    for (const value of own) rows[item * size + value] = 1 / own.length
  }
  return { name, size, rows }
}

function setBits(bits: number, count: number): number[] {
  return Array.from({ length: count }, (_, bit) => bit).filter((bit) => ((bits >>> bit) & 1) === 1)
}
