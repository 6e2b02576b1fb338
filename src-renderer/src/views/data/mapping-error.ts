import type { ColumnRole, TableMapping } from '@contract'

const needed: [role: ColumnRole, word: string][] = [
  ['user', 'users'],
  ['item', 'movies'],
  ['rating', 'ratings'],
]

/** What a mapping still lacks, in a sentence; null when a table can be imported with it. */
export function mappingError({ columns, highest }: TableMapping): string | null {
  const missing = needed.filter(([role]) => !columns.includes(role)).map(([, word]) => word)
  if (missing.length > 0) return `No column holds the ${missing.join(', nor the ')} yet.`
  return highest >= 0.5 ? null : 'The rating that means five stars is a number of 0.5 or more.'
}
