/** Domains from a file: a CSV of movieId,domain, where the domain is A or B. Exact: what cannot be used is refused with its line. */
import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { DomainSpec } from '../../../src-preload/contract.ts'
import { DomainError } from './domains.ts'
import { wholeNumber } from '../formats/format.ts'
import { absent, IdIndex } from '../importing/id-index.ts'
import { asImportError } from '../importing/import-error.ts'
import { TableParser } from '../tables/text-table.ts'

/** Every movie of the largest release fits a hundred times over. */
const mostBytes = 16 * 1024 * 1024

/**
 * @param movieIds [movies] the ids the data set has  @param name what the lists are called
 * @throws DomainError with file, line and remedy; ImportError when the file cannot be read
 */
export async function readDomainLists(path: string, movieIds: Uint32Array, name: string): Promise<DomainSpec> {
  const file = basename(path)
  let text: string
  try {
    const { size } = await stat(path)
    if (size > mostBytes)
      throw new DomainError(
        `${file} has ${size} bytes; lists of domains have at most ${mostBytes}. Choose a CSV of movieId,domain.`,
      )
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw asImportError(error, path)
  }
  return parseDomainLists(text, file, movieIds, name)
}

/** Without files: the text of the table. */
export function parseDomainLists(text: string, file: string, movieIds: Uint32Array, name: string): DomainSpec {
  const separator = separatorOf(text)
  const at = (line: number, problem: string): DomainError => new DomainError(`${file}, line ${line}: ${problem}`)
  const [header, ...rows] = new TableParser({ separator, quoted: true }).feed(text.replace(/^\uFEFF/, ''), true)
  const columns = (header?.fields ?? []).map((column) => column.trim().toLowerCase())
  const idColumn = columns.findIndex((column) => column === 'movieid' || column === 'movie_id')
  const domainColumn = columns.indexOf('domain')
  if (idColumn === -1 || domainColumn === -1)
    throw at(
      header?.line ?? 1,
      `the header is "${(header?.fields ?? []).join(separator).slice(0, 100)}", expected "movieId,domain". Name the columns like this.`,
    )

  const known = new IdIndex(movieIds)
  const lists = { A: [] as number[], B: [] as number[] }
  const firstSeen = new Map<number, { line: number; letter: 'A' | 'B' }>()
  for (const row of rows) {
    if (row.broken !== null) throw at(row.line, `${row.broken}. Put every movie on a line of its own.`)
    const id = wholeNumber(row.fields[idColumn]?.trim())
    if (id === null)
      throw at(row.line, `"${row.fields[idColumn] ?? ''}" is no movie id. Write the whole number of the movie.`)
    const letter = row.fields[domainColumn]?.trim().toUpperCase()
    if (letter !== 'A' && letter !== 'B')
      throw at(row.line, `there is no domain "${row.fields[domainColumn] ?? ''}". Write A or B.`)
    if (known.get(id) === absent)
      throw at(row.line, `the data set has no movie ${id}. Use the movie ids of this data set.`)
    const earlier = firstSeen.get(id)
    if (earlier && earlier.letter !== letter)
      throw at(
        row.line,
        `movie ${id} is in both domains: line ${earlier.line} puts it into ${earlier.letter}. Take one of the lines out.`,
      )
    if (earlier) continue
    firstSeen.set(id, { line: row.line, letter })
    lists[letter].push(id)
  }
  for (const letter of ['A', 'B'] as const)
    if (lists[letter].length === 0)
      throw new DomainError(`${file} puts no movie into domain ${letter}. Give each domain at least one movie.`)
  return { kind: 'lists', name, a: lists.A.sort((x, y) => x - y), b: lists.B.sort((x, y) => x - y) }
}

function separatorOf(text: string): ',' | '\t' | ';' {
  const [first = ''] = text.split('\n', 1)
  return first.includes(',') ? ',' : first.includes('\t') ? '\t' : ';'
}
