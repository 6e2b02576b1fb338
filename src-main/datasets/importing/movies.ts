/** The movie table: titles with their year, genres as bits, links; movies sorted by id, so that the file's order plays no part. */
import type { MovieColumns } from '../../workspace/dataset-file.ts'
import type { Findings } from './findings.ts'
import type { LinkLine, MovieLine, OpenedFormat, TextFile } from '../formats/format.ts'
import { ImportError } from './import-error.ts'
import { type Reading, readTextFile } from '../tables/table-reader.ts'

/** A line of the movies file with its place; `line` 0 for a movie that only the ratings know. */
export interface MovieRow extends MovieLine {
  line: number
}

/** Movie id -> its row. */
export type ListedMovies = Map<number, MovieRow>

/** @throws ImportError when the movies file holds no movie, has another header or is mostly broken */
export async function readMovies(source: TextFile<MovieLine>, reading: Reading): Promise<ListedMovies> {
  const movies: ListedMovies = new Map()
  const { name } = source.file
  await readTextFile(source, reading, (movie, line) => {
    if (movies.has(movie.movieId))
      reading.findings.add(
        name,
        'movie id listed twice: the first is kept',
        'removed',
        line,
        `${movie.movieId},${movie.title}`,
      )
    else movies.set(movie.movieId, { ...movie, line })
  })
  if (movies.size === 0)
    throw new ImportError(`${name} is empty: it holds no movies. Put ${name} of the same release beside the ratings.`, {
      file: name,
    })
  return movies
}

/** IMDb and TMDB ids by movie id; empty where the release has no links file. */
export async function readLinks(format: OpenedFormat, reading: Reading): Promise<Map<number, LinkLine>> {
  const links = new Map<number, LinkLine>()
  if (format.links) await readTextFile(format.links, reading, (link) => links.set(link.movieId, link))
  return links
}

/** A rated movie that the movies file does not list: its ratings still tell users apart. */
export function placeholder(movieId: number): MovieRow {
  return { movieId, title: `Movie ${movieId}`, genres: [], line: 0 }
}

/** One bit for each genre in a 32-bit word. */
const maxGenres = 32

/** The table by movie id, and [movies] the line of each in its file, 0 = only rated. */
export async function movieColumns(
  movies: ListedMovies,
  links: Map<number, LinkLine>,
  moviesFile: string,
  { findings, pacer }: Reading,
): Promise<{ movies: MovieColumns; movieLines: Uint32Array }> {
  const sorted = [...movies.values()].sort((a, b) => a.movieId - b.movieId)
  const genreNames = namedGenres(sorted, moviesFile, findings)
  const bit = new Map(genreNames.map((name, g) => [name, 1 << g]))
  await pacer.turn()
  const titles = sorted.map((movie) => splitTitle(movie.title))
  await pacer.turn()
  noteOddMovies(sorted, titles, moviesFile, findings)
  await pacer.turn()
  const columns: MovieColumns = {
    movieId: Uint32Array.from(sorted, (movie) => movie.movieId),
    title: titles.map((t) => t.title),
    year: Int16Array.from(titles, (t) => t.year),
    genres: Uint32Array.from(sorted, (movie) => movie.genres.reduce((mask, name) => mask | (bit.get(name) ?? 0), 0)),
    genreNames,
    imdbId: sorted.map((movie) => links.get(movie.movieId)?.imdbId ?? ''),
    tmdbId: Uint32Array.from(sorted, (movie) => links.get(movie.movieId)?.tmdbId ?? 0),
  }
  await pacer.turn()
  return { movies: columns, movieLines: Uint32Array.from(sorted, (movie) => movie.line) }
}

/** What is worth knowing about the listed movies. */
function noteOddMovies(
  movies: MovieRow[],
  titles: { title: string; year: number }[],
  file: string,
  findings: Findings,
): void {
  const seen = new Set<string>()
  movies.forEach((movie, m) => {
    if (movie.line === 0) return
    const { title, year } = titles[m]!
    const note = (reason: string): void =>
      findings.add(file, reason, 'kept', movie.line, `${movie.movieId},${movie.title}`)
    if (year === 0) note('no year in the title')
    if (movie.genres.length === 0) note('no genres listed: in no domain')
    const name = `${title}\n${year}`
    if (seen.has(name)) note('same title and year as another movie')
    seen.add(name)
  })
}

/** Genre names in alphabetical order; where there are more than 32, the 32 with the most movies. */
function namedGenres(movies: MovieRow[], file: string, findings: Findings): string[] {
  const count = new Map<string, number>()
  for (const movie of movies) for (const name of movie.genres) count.set(name, (count.get(name) ?? 0) + 1)
  const byCount = [...count.keys()].sort((a, b) => (count.get(b) ?? 0) - (count.get(a) ?? 0) || compare(a, b))
  for (const name of byCount.slice(maxGenres))
    findings.add(file, 'more than 32 genres: the rarest are left out', 'removed', 0, name)
  return byCount.slice(0, maxGenres).sort(compare)
}

/** By code unit: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** 'Toy Story (1995)' -> 'Toy Story', 1995. A span of years ('2006–2007') counts from its start; without a year it is 0. */
export function splitTitle(text: string): { title: string; year: number } {
  const match = /\s*\((\d{4})(?:\s*[-–]\s*\d{0,4})?\s*\)\s*$/.exec(text)
  const year = Number(match?.[1] ?? 0)
  if (!match || year < 1870 || year > 2100) return { title: text.trim(), year: 0 }
  return { title: text.slice(0, match.index).trim(), year }
}
