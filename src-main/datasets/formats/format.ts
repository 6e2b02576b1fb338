/**
 * A MovieLens release format: does this source hold it, and which of its files means what. A new format is one more file here and one
 * more row in index.ts.
 */
import { ImportError } from '../importing/import-error.ts'
import type { RatingBatch, Separator } from '../importing/ratings-tokenizer.ts'
import { listFiles, pathOf, type Source, type SourceFile } from '../sources/source.ts'
import type { Reading } from '../tables/table-reader.ts'
import type { TableFormat } from '../tables/text-table.ts'

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

/** What the tokenizer reads by itself: user, movie, stars, seconds in this order. */
export interface RatingLines {
  file: SourceFile
  separator: Separator
  header: string[] | null
  rows?: undefined
}

/** A rating table of any other make: it reads itself into the same batches of columns. */
export interface RatingTable {
  file: SourceFile
  rows: RatingRows
}

export interface RatingRows {
  /**
   * The ratings in file order, in batches of at most 65,536; may be called again. A batch is filled anew afterwards: what is to be kept has
   * to be copied. Broken lines go to `reading.findings`.
   * @param onSkipped called with every line that is no rating (header, blank, broken, the rest of a quoted field), ascending, before the
   * batch with the ratings after it
   * @throws ImportError when more than 5 % of the lines (or all of the first 20) are broken
   */
  batches(reading: Reading, onSkipped: (line: number, broken: boolean) => void): AsyncIterable<RatingBatch>
  /** The items of the batches so far with their titles and genres, by first appearance; `line` is where each appeared first. */
  movies(): (MovieLine & { line: number })[]
}

export interface OpenedFormat {
  /** 'MovieLens latest-small (CSV)' */
  label: string
  ratings: RatingLines | RatingTable
  /** Null exactly where `ratings.rows` is there: its `movies()` stand in, once the batches have been read. */
  movies: TextFile<MovieLine> | null
  tags: TextFile<TagLine> | null
  links: TextFile<LinkLine> | null
  /** genome-scores.csv (movieId,tagId,relevance) and genome-tags.csv (tagId,tag): 20M, 25M and 32M may have them. */
  genome: { scores: SourceFile; tags: SourceFile } | null
  /** What the report should say about the choice of files: to be added to the findings as 'kept', without a line. */
  notes: { file: string; reason: string; text: string }[]
}

export interface Format {
  /** The file that makes a source this format, in lower case, and the one it needs beside it. */
  ratingsFile: string
  moviesFile: string
  /** The ratings files of this format in the source: none when it is not of this format. */
  match(source: Source): SourceFile[]
  /** @throws ImportError when a file it needs is missing */
  open(source: Source, ratings: SourceFile): OpenedFormat
}

/** Files of that base name, wherever they lie; the names of MovieLens are matched without regard to case. */
export function called(source: Source, name: string): SourceFile[] {
  return source.files.filter((file) => file.name.toLowerCase() === name)
}

/** The file of that name beside `ratings`. @throws ImportError when there are two ('movies.csv' and 'Movies.csv') */
export function beside(source: Source, ratings: SourceFile, name: string): SourceFile | null {
  const [file, second] = called(source, name).filter((f) => f.folder === ratings.folder)
  if (file && second) throw twice(source, file, second)
  return file ?? null
}

/** A zip may list a name twice, and some systems tell 'Movies.csv' from 'movies.csv'. */
export function twice(source: Source, first: SourceFile, second: SourceFile): ImportError {
  return new ImportError(
    `${source.name} holds two files called ${first.name.toLowerCase()} in one place: ${pathOf(first)} and ${pathOf(second)}. Remove one of them.`,
    { file: first.name },
  )
}

/** @throws ImportError when it is not there */
export function requiredBeside(source: Source, ratings: SourceFile, name: string): SourceFile {
  const file = beside(source, ratings, name)
  if (file) return file
  if (source.kind === 'file')
    throw new ImportError(
      `${ratings.name} alone lacks the titles of ${name}. Choose the folder or zip that holds both, or say which of its columns is which.`,
      { file: name },
    )
  const found = listFiles(source.files.filter((f) => f.folder === ratings.folder))
  throw new ImportError(
    `${source.name} has ${ratings.name} but no ${name} (found: ${found}). Put ${name} of the same release beside it.`,
    { file: name },
  )
}

/** That the release tells more of its users than a data set here keeps. */
export function noteUsersFile(source: Source, ratings: SourceFile, name: string): OpenedFormat['notes'] {
  const file = beside(source, ratings, name)
  if (!file) return []
  return [
    {
      file: file.name,
      reason: 'age, gender and occupation of the users are not imported',
      text: `${file.bytes} bytes`,
    },
  ]
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
