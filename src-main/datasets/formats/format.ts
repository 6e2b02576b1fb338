/**
 * A MovieLens release format: does this source hold it, and which of its files means what. A new format is one more file here and one
 * more row in index.ts.
 */
import { ImportError } from '../import-error.ts'
import type { Separator } from '../ratings-tokenizer.ts'
import { listFiles, type Source, type SourceFile } from '../source.ts'
import type { TableFormat } from '../text-table.ts'

/** One line of a table of text, or why it is none. */
export type Parsed<T> = { value: T; broken: null } | { value: null; broken: string }

export interface MovieLine {
  movieId: number
  /** As in the file, with the year: 'Toy Story (1995)'. */
  title: string
  genres: string[]
}
export interface TagLine {
  user: number
  movieId: number
  text: string
  time: number
}
export interface LinkLine {
  movieId: number
  /** '' = unknown */
  imdbId: string
  /** 0 = unknown */
  tmdbId: number
}

export interface TextFile<T> {
  file: SourceFile
  table: TableFormat
  /** What the first line must be; null: there is none. */
  header: string[] | null
  parse: (fields: string[]) => Parsed<T>
}

export interface OpenedFormat {
  /** 'MovieLens latest-small (CSV)' */
  label: string
  ratings: { file: SourceFile; separator: Separator; header: string[] | null }
  movies: TextFile<MovieLine>
  tags: TextFile<TagLine> | null
  links: TextFile<LinkLine> | null
}

export interface Format {
  /** The file that makes a source this format. */
  ratingsFile: string
  /** @throws ImportError when a file it needs is missing */
  open(source: Source, ratings: SourceFile): OpenedFormat
}

/** The file of that name beside `ratings`; the names of MovieLens are matched without regard to case. */
export function beside(source: Source, ratings: SourceFile, name: string): SourceFile | null {
  return source.files.find((f) => f.folder === ratings.folder && f.name.toLowerCase() === name) ?? null
}

/** @throws ImportError when it is not there */
export function requiredBeside(source: Source, ratings: SourceFile, name: string): SourceFile {
  const file = beside(source, ratings, name)
  if (file) return file
  const found = listFiles(source.files.filter((f) => f.folder === ratings.folder))
  throw new ImportError(
    `${source.name} has ${ratings.name} but no ${name} (found: ${found}). Put ${name} of the same release beside it.`,
    { file: name },
  )
}

export function ok<T>(value: T): Parsed<T> {
  return { value, broken: null }
}
export function bad(reason: string): { value: null; broken: string } {
  return { value: null, broken: reason }
}

/** A whole number of 32 bits, or null. */
export function wholeNumber(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null
  const value = Number(text)
  return value <= 0xffffffff ? value : null
}

const noGenres = '(no genres listed)'

/** movieId, title, 'Genre|Genre': the three columns of movies.csv and movies.dat. */
export function parseMovie(fields: string[]): Parsed<MovieLine> {
  const [id, title, genres] = fields
  if (fields.length !== 3 || title === undefined || genres === undefined)
    return bad('broken line: not the three columns movieId, title, genres')
  const movieId = wholeNumber(id)
  if (movieId === null) return bad('wrong type: the movie id is not a whole number')
  const names = genres.split('|').map((name) => name.trim())
  return ok({ movieId, title: title.trim(), genres: names.filter((name) => name !== '' && name !== noGenres) })
}

/** userId, movieId, tag, timestamp: the four columns of tags.csv and tags.dat. */
export function parseTag(fields: string[]): Parsed<TagLine> {
  if (fields.length !== 4) return bad('broken line: not the four columns userId, movieId, tag, timestamp')
  const user = wholeNumber(fields[0])
  const movieId = wholeNumber(fields[1])
  const time = wholeNumber(fields[3])
  if (user === null) return bad('wrong type: the user id is not a whole number')
  if (movieId === null) return bad('wrong type: the movie id is not a whole number')
  if (time === null) return bad('wrong type: the timestamp is not a whole number of seconds')
  return ok({ user, movieId, text: (fields[2] ?? '').trim(), time })
}
