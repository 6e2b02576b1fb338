/** What the columns of an unknown rating table seem to be, from its first rows: separator, header, roles, scale. A suggestion, never a decision. */
import type { ColumnRole, TableMapping, TableSeparator } from '../../../src-preload/contract.ts'
import { TableParser } from '../tables/text-table.ts'
import { decimal, timeOf } from './table-values.ts'

/** Rows looked at. */
const sampleRows = 1000

const separators: TableSeparator[] = ['::', '\t', ';', '|', ',']

/** Quoting is a habit of every separator but '::'. */
export function quotes(separator: TableSeparator): boolean {
  return separator !== '::'
}

/** The rows of the start of a file; broken ones are left out, and the last, which may be cut off, when `whole` is false. */
export function rowsOf(text: string, separator: TableSeparator, whole: boolean): string[][] {
  const parser = new TableParser({ separator, quoted: quotes(separator) })
  const rows = parser.feed(text, whole)
  return rows.slice(0, sampleRows).flatMap((row) => (row.broken === null ? [row.fields] : []))
}

/** The separator that cuts the rows into the same number of columns most often, three or more; null when none does. */
export function guessSeparator(text: string, whole: boolean): TableSeparator | null {
  let best: { separator: TableSeparator; share: number } | null = null
  for (const separator of separators) {
    const rows = rowsOf(text, separator, whole)
    const width = usualWidth(rows)
    if (width < 3) continue
    const share = rows.filter((row) => row.length === width).length / rows.length
    if (share > 0.5 && share > (best?.share ?? 0) + 0.01) best = { separator, share }
  }
  return best?.separator ?? null
}

export function usualWidth(rows: string[][]): number {
  const count = new Map<number, number>()
  for (const row of rows) count.set(row.length, (count.get(row.length) ?? 0) + 1)
  let usual = 0
  for (const [width, n] of count) if (n > (count.get(usual) ?? 0)) usual = width
  return usual
}

/** What a header may call a column; the first that fits. */
const names: [role: ColumnRole, pattern: RegExp][] = [
  ['timestamp', /time|date|^ts$|unix/],
  ['rating', /rating|score|stars|grade|^overall$|^value$|preference/],
  ['user', /user|reviewer|customer|rater|member|player|viewer|listener|person|profile|^uid$|^u$/],
  ['genres', /genre|categor/],
  ['title', /title|name/],
  ['item', /item|movie|film|product|asin|book|isbn|track|song|artist|game|business|anime|^(i|iid|id)$/],
]

function roleByName(name: string): ColumnRole | null {
  const plain = name.toLowerCase().replace(/[^a-z]/g, '')
  return names.find(([, pattern]) => pattern.test(plain))?.[0] ?? null
}

/** A first row is a header when it holds no number where the rows below do, or when it names roles. */
export function guessHeader(rows: string[][]): boolean {
  const [first, ...rest] = rows
  if (!first || first.some((cell) => decimal(cell) !== null)) return false
  const numeric = first.some((_, c) => mostly(rest.map((row) => decimal(row[c] ?? '') !== null)))
  return numeric || first.filter((cell) => roleByName(cell) !== null).length >= 2
}

/** All but a few broken cells. */
function mostly(fits: boolean[]): boolean {
  return fits.length > 0 && fits.filter(Boolean).length >= 0.9 * fits.length
}

interface Column {
  distinct: number
  /** Share of cells that equal the one above: ids of sorted files repeat. */
  repeats: number
  numeric: boolean
  times: boolean
  lowest: number
  highest: number
}

function describe(cells: string[]): Column {
  const numbers = cells.map(decimal)
  const values = numbers.filter((value) => value !== null)
  const times = cells.map(timeOf).map((time) => (time.broken === null ? time.seconds : -1))
  return {
    distinct: new Set(cells).size,
    repeats: cells.filter((cell, i) => i > 0 && cell === cells[i - 1]).length / Math.max(1, cells.length),
    numeric: mostly(numbers.map((value) => value !== null)),
    times: mostly(times.map((seconds) => seconds > 1e8)), // after 1973
    lowest: Math.min(...values, Infinity),
    highest: Math.max(...values, -Infinity),
  }
}

/**
 * The lower, the more like a rating: few values, mostly in the third column; the same value row after row is the user of a sorted file.
 */
function likeRating({ distinct, repeats }: Column, at: number): number {
  return distinct + (repeats > 0.8 ? 1000 : 0) - (at === 2 ? 500 : 0)
}

/** A column for each role at most once: by its name in the header, then by what its values look like. */
export function guessRoles(header: string[] | null, rows: string[][], width: number): ColumnRole[] {
  const columns = Array.from({ length: width }, (_, c) => describe(rows.map((row) => row[c] ?? '')))
  const roles = Array.from({ length: width }, (): ColumnRole => 'ignored')
  const has = (role: ColumnRole): boolean => roles.includes(role)
  header?.forEach((name, c) => {
    const role = roleByName(name)
    if (role === null || has(role)) return
    if (role === 'rating' && columns[c]?.numeric === false && rows.length > 0) return
    roles[c] = role
  })
  const free = (fits: (column: Column) => boolean): number[] =>
    columns.flatMap((column, c) => (roles[c] === 'ignored' && fits(column) ? [c] : []))
  const give = (role: ColumnRole, c: number | undefined): void => {
    if (!has(role) && c !== undefined) roles[c] = role
  }
  // large numbers are times where enough columns are left for the rest
  const needed = (['user', 'item', 'rating'] as const).filter((role) => !has(role)).length
  if (free(() => true).length > needed) give('timestamp', free((column) => column.times)[0])
  const few = free((column) => column.numeric && column.lowest >= 0 && column.highest <= 100 && column.distinct <= 101)
  const rank = (c: number): number => (columns[c] ? likeRating(columns[c], c) : Infinity)
  give('rating', few.sort((a, b) => rank(a) - rank(b))[0])
  give('user', free(() => true)[0])
  give('item', free(() => true)[0] ?? (has('title') ? roles.indexOf('title') : undefined)) // a title can stand for the item
  return roles
}

/** 5, 10 or 100: the lowest usual scale that holds all ratings seen. */
export function guessHighest(ratings: string[]): number {
  const highest = Math.max(0, ...ratings.map((text) => decimal(text) ?? 0))
  return [5, 10, 100].find((scale) => highest <= scale) ?? highest
}

export function guessMapping(text: string, whole: boolean, separator: TableSeparator): TableMapping {
  const rows = rowsOf(text, separator, whole)
  const width = usualWidth(rows)
  const straight = rows.filter((row) => row.length === width)
  const header = guessHeader(straight)
  const body = header ? straight.slice(1) : straight
  const columns = guessRoles(header ? (straight[0] ?? null) : null, body, width)
  const rating = columns.indexOf('rating')
  return { separator, header, columns, highest: guessHighest(body.map((row) => row[rating] ?? '')) }
}
