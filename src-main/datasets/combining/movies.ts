/** The movies of two data sets in one table by id, each with its catalogue: 0 the first, 1 the second. Pure. */
import type { MovieColumns } from '../../workspace/dataset-content.ts'
import type { Findings } from '../importing/findings.ts'
import { collide, shiftAbove } from './shift.ts'

export interface CombinedMovies {
  movies: MovieColumns
  /** Added to the movie ids of the second; 0 when no id is in both. */
  shift: number
  /** [movies of the first], [movies of the second] index in `movies` */
  first: Uint32Array
  second: Uint32Array
}

/** One bit for each genre in a 32-bit word. */
const maxGenres = 32

/** @throws CombineError when the ids leave no room */
export function combineMovies(
  first: MovieColumns,
  second: MovieColumns,
  names: [string, string],
  findings: Findings,
): CombinedMovies {
  const shift = collide(first.movieId, second.movieId) ? shiftAbove(first.movieId, second.movieId, 'movie') : 0
  const reason = `movie id plus ${shift}, because some ids are in both data sets`
  if (shift > 0)
    second.movieId.forEach((id, m) =>
      findings.add(names[1], reason, 'repaired', 0, `movie ${id} is now ${id + shift}: ${second.title[m]}`),
    )
  const genres = uniteGenres(first, second, names[1], findings)
  const total = first.movieId.length + second.movieId.length
  const result: CombinedMovies = {
    shift,
    first: new Uint32Array(first.movieId.length),
    second: new Uint32Array(second.movieId.length),
    movies: {
      movieId: new Uint32Array(total),
      title: [],
      year: new Int16Array(total),
      genres: new Uint32Array(total),
      genreNames: genres.names,
      imdbId: [],
      tmdbId: new Uint32Array(total),
      catalogue: new Uint8Array(total),
    },
  }
  const put = (to: number, from: MovieColumns, m: number, catalogue: 0 | 1): void => {
    const { movies } = result
    movies.movieId[to] = from.movieId[m]! + (catalogue === 0 ? 0 : shift)
    movies.title.push(from.title[m]!)
    movies.year[to] = from.year[m]!
    movies.genres[to] = genres.translate(catalogue, from.genres[m]!)
    movies.imdbId.push(from.imdbId[m]!)
    movies.tmdbId[to] = from.tmdbId[m]!
    movies.catalogue![to] = catalogue // made above
    result[catalogue === 0 ? 'first' : 'second'][m] = to
  }
  for (let to = 0, a = 0, b = 0; to < total; to++) {
    const takeFirst = a < result.first.length && !(second.movieId[b]! + shift < first.movieId[a]!)
    if (takeFirst) put(to, first, a++, 0)
    else put(to, second, b++, 1)
  }
  return result
}

/** Genre names of both in alphabetical order; where there are more than 32, the 32 with the most movies. */
function uniteGenres(
  first: MovieColumns,
  second: MovieColumns,
  file: string,
  findings: Findings,
): { names: string[]; translate(catalogue: 0 | 1, mask: number): number } {
  const count = new Map<string, number>()
  for (const { genreNames, genres } of [first, second])
    genreNames.forEach((name, g) => {
      const movies = genres.reduce((n, mask) => n + ((mask >>> g) & 1), 0)
      count.set(name, (count.get(name) ?? 0) + movies)
    })
  const byCount = [...count.keys()].sort((a, b) => (count.get(b) ?? 0) - (count.get(a) ?? 0) || (a < b ? -1 : 1))
  for (const name of byCount.slice(maxGenres))
    findings.add(file, 'more than 32 genres together: the rarest are left out', 'removed', 0, name)
  const names = byCount.slice(0, maxGenres).sort((a, b) => (a < b ? -1 : 1))
  const bits = [first, second].map(({ genreNames }) =>
    genreNames.map((name) => (names.includes(name) ? 1 << names.indexOf(name) : 0)),
  )
  const translate = (catalogue: 0 | 1, mask: number): number =>
    (bits[catalogue] ?? []).reduce((sum, bit, g) => ((mask >>> g) & 1 ? sum | bit : sum), 0) >>> 0
  return { names, translate }
}
