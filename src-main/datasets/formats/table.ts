/**
 * A rating table of no known release: user, item, rating and perhaps a time, a title and genres, in any order, with any separator. What
 * its columns mean is suggested from its first rows and said by the person who imports it.
 */
import { extname } from 'node:path'
import type { ColumnRole, TableMapping, TablePreview } from '../../../src-preload/contract.ts'
import { ImportError } from '../importing/import-error.ts'
import { listFiles, pathOf, type Source, type SourceFile } from '../sources/source.ts'
import { asText } from '../tables/text-bytes.ts'
import { encodingOf } from '../tables/text-table.ts'
import type { OpenedFormat } from './format.ts'
import { holdsRelease } from './releases.ts'
import { guessMapping, guessSeparator, rowsOf, usualWidth } from './table-guess.ts'
import { TableRows } from './table-rows.ts'

/** Looked at for a preview. */
const previewBytes = 1 << 18
const previewRows = 20
const longestCell = 200
const required = ['user', 'item', 'rating'] as const
/** As many as a mapping may have. */
const maxColumns = 200

const extensions = new Set(['.csv', '.tsv', '.txt', '.dat', '.data', '.tab', '.inter'])
/** Parts of MovieLens releases that are no ratings, and what comes along with archives. */
const others =
  /^(\.|_|readme|license|checksums|movies\.|tags\.|links\.|users\.|genome-|u\.(item|user|genre|info|occupation))/i

/**
 * The table of the source: its only one, or the only one called after ratings. A single file is what it is, whatever its name.
 * @returns several when none of them stands out
 */
function tablesOf(source: Source): SourceFile[] {
  if (source.kind === 'file') return source.files
  const tables = source.files.filter(
    (file) =>
      extensions.has(extname(file.name).toLowerCase()) && !others.test(file.name) && !/(^|\/)[._]/.test(file.folder),
  )
  const called = tables.filter((file) => /rating|interaction|review|^u\.data$/i.test(file.name))
  return called.length > 0 ? called : tables
}

/**
 * How the table of the source would be read, with `mapping` or with a suggested one; a mapping with another number of columns than the
 * table has under its separator is suggested anew.
 * @returns null when the source is a MovieLens release, or holds several tables, or none that may be ratings
 * @throws ImportError when the table is no text, or its first bytes cannot be read
 */
export async function previewTable(source: Source, mapping: TableMapping | null): Promise<TablePreview | null> {
  if (mapping === null && holdsRelease(source)) return null
  const [file, second] = tablesOf(asText(source))
  if (!file || second) return null
  const { text, whole } = await startOf(file)
  const separator = mapping?.separator ?? guessSeparator(text, whole)
  if (separator === null) return null
  const all = rowsOf(text, separator, whole)
  const width = usualWidth(all)
  if (width < 3 || width > maxColumns) return null
  const suggested = mapping?.columns.length === width ? mapping : guessMapping(text, whole, separator)
  if (mapping === null && required.some((role) => !suggested.columns.includes(role))) return null
  const rows = all.filter((row) => row.length === width)
  const body = suggested.header ? rows.slice(1) : rows
  const names = suggested.header ? rows[0] : undefined
  return {
    file: pathOf(file),
    suggested,
    names: Array.from({ length: width }, (_, c) => shortened(names?.[c]?.trim() ?? '') || `Column ${c + 1}`),
    rows: body.slice(0, previewRows).map((row) => row.map(shortened)),
  }
}

function shortened(cell: string): string {
  return cell.length > longestCell ? `${cell.slice(0, longestCell)}…` : cell
}

/** The start of the file as text, decoded as the import will decode it. */
async function startOf(file: SourceFile): Promise<{ text: string; whole: boolean }> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const bytes of file.read()) {
    pieces.push(bytes)
    length += bytes.length
    if (length > previewBytes) break
  }
  const bytes = Buffer.concat(pieces).subarray(0, previewBytes)
  const whole = length <= previewBytes
  return { text: new TextDecoder(encodingOf(bytes)).decode(bytes, { stream: !whole }), whole }
}

const makes: Record<TableMapping['separator'], string> = {
  ',': 'comma',
  '\t': 'tab',
  ';': 'semicolon',
  '|': 'bar',
  '::': 'double colon',
}

/**
 * @throws ImportError when the source holds no table or several, or the mapping lacks a column or has one twice
 */
export function openTable(source: Source, mapping: TableMapping): OpenedFormat {
  const tables = tablesOf(asText(source))
  const [file, second] = tables
  if (!file) throw new ImportError(`${source.name} holds no table of ratings: it holds ${listFiles(source.files)}.`)
  if (second)
    throw new ImportError(
      `${source.name} holds several tables: ${listFiles(tables)}. Choose the one file that holds the ratings.`,
    )
  checkRoles(file, mapping.columns)
  const notes: OpenedFormat['notes'] = []
  const note = (reason: string): number => notes.push({ file: file.name, reason, text: '' })
  if (!mapping.columns.includes('timestamp'))
    note('no timestamp column: every rating is given the time 0, and a split by time would be random')
  if (mapping.highest !== 5) note(`ratings scaled to five stars: ${mapping.highest} became 5`)
  return {
    label: `Rating table (${makes[mapping.separator]} between columns)`,
    ratings: { file, rows: new TableRows(file, mapping) },
    movies: null,
    tags: null,
    links: null,
    genome: null,
    notes,
  }
}

/** One user, item and rating column, and no other column twice. */
function checkRoles(file: SourceFile, columns: ColumnRole[]): void {
  const count = (role: ColumnRole): number => columns.filter((column) => column === role).length
  const refuse = (what: string): ImportError =>
    new ImportError(`${file.name} ${what}. Say which of its columns is which.`, { file: file.name })
  for (const role of required) if (count(role) === 0) throw refuse(`has no ${role} column`)
  for (const role of [...required, 'timestamp', 'title', 'genres'] as const)
    if (count(role) > 1) throw refuse(`has ${count(role)} ${role} columns`)
}
