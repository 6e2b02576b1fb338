/** `--mapping user=1,item=2,rating=3`: what the columns of a rating table mean, said on the command line. */
import type { ColumnRole, TableMapping, TablePreview } from '../../src-preload/contract.ts'
import { UsageError } from './command.ts'

const roles: readonly ColumnRole[] = ['user', 'item', 'rating', 'timestamp', 'title', 'genres']

/**
 * Columns are counted from 1. Separator and header are those the table seems to have; columns nobody names are ignored.
 * @param highest the rating that means five stars, or null for the one the table seems to have
 * @throws UsageError when the text is no list of roles with columns, or names a column the table lacks
 */
export function readMapping(text: string, table: TablePreview, highest: string | null): TableMapping {
  const columns = table.suggested.columns.map((): ColumnRole => 'ignored')
  const named = new Set<string>()
  for (const part of text.split(',')) {
    const [, role, place] = /^\s*([a-z]+)\s*=\s*(\d{1,3})\s*$/.exec(part) ?? []
    const known = roles.find((each) => each === role)
    if (known === undefined) {
      throw new UsageError(
        `--mapping is a list as in user=1,item=2,rating=3,timestamp=4; '${part.trim()}' does not fit it.`,
      )
    }
    const index = Number(place) - 1
    if (columns[index] === undefined) {
      throw new UsageError(`--mapping says ${known}=${place}; ${table.file} has columns 1 to ${columns.length}.`)
    }
    if (named.has(known) || columns[index] !== 'ignored') {
      throw new UsageError(`--mapping names ${named.has(known) ? known : `column ${place}`} twice.`)
    }
    named.add(known)
    columns[index] = known
  }
  for (const role of ['user', 'item', 'rating']) {
    if (!named.has(role)) throw new UsageError(`--mapping does not say which column is the ${role}.`)
  }
  return { ...table.suggested, columns, highest: highest === null ? table.suggested.highest : readHighest(highest) }
}

function readHighest(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new UsageError(`--highest is the rating that means five stars, as in 10; '${text}' is no such number.`)
}
