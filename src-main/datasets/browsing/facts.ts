/**
 * What a data set looks like, for the Data screen. Everything comes from counts that are there already (ratings a user, ratings a movie, stars,
 * months), so that no rating is read. Pure.
 */
import type { CountBin, DatasetFacts } from '../../../src-preload/contract.ts'
import type { MovieTable } from '../../workspace/dataset-file.ts'

export interface FactSources {
  /** [users + 1] */
  indptr: Uint32Array
  movies: Pick<MovieTable, 'movieId' | 'ratings' | 'genres' | 'genreNames'>
  stars: DatasetFacts['stars']
  /** Months since January 1970 with ratings, ascending. */
  timeline: { month: number[]; ratings: number[] }
  /** Movie ids with a poster, with a plot. */
  posters: Iterable<number>
  plots: Iterable<number>
}

export function datasetFacts(sources: FactSources): DatasetFacts {
  const { indptr, movies, stars, timeline } = sources
  const perUser = new Uint32Array(Math.max(0, indptr.length - 1))
  for (let u = 0; u < perUser.length; u++) perUser[u] = indptr[u + 1]! - indptr[u]!
  const perMovie = movies.ratings.filter((count) => count > 0)
  const ratings = indptr[perUser.length] ?? 0
  const pairs = perUser.length * movies.movieId.length
  const points = stars.reduce((sum, { rating, count }) => sum + rating * count, 0)
  return {
    ratingsPerUser: logBins(perUser),
    ratingsPerMovie: logBins(perMovie),
    user: spread(perUser),
    movie: spread(perMovie),
    meanRating: ratings > 0 ? points / ratings : 0,
    density: pairs > 0 ? ratings / pairs : 0,
    overTime: overTime(timeline),
    genres: byGenre(movies),
    stars,
    coverage: coverage(sources),
  }
}

/** Doubling bins: 1, 2, 3-4, 5-8, ... up to the one with the largest count. Counts of 0 (movies nobody rated) are in none. */
export function logBins(counts: Uint32Array): CountBin[] {
  const found = new Uint32Array(33)
  let last = -1
  for (const count of counts) {
    if (count === 0) continue
    const bin = 32 - Math.clz32(count - 1) // 1 -> 0, 2 -> 1, 3..4 -> 2, 5..8 -> 3
    found[bin]!++
    if (bin > last) last = bin
  }
  return Array.from({ length: last + 1 }, (_, bin) => ({
    from: bin === 0 ? 1 : 2 ** (bin - 1) + 1,
    to: 2 ** bin,
    count: found[bin]!,
  }))
}

function spread(counts: Uint32Array): DatasetFacts['user'] {
  if (counts.length === 0) return { least: 0, median: 0, most: 0 }
  const sorted = counts.slice().sort()
  const half = sorted.length >> 1
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
  return { least: sorted[0]!, median, most: sorted[sorted.length - 1]! }
}

/** As many steps as fit a chart; longer than that in years. */
const mostMonths = 240

/** Every month (or year) from the first to the last, those without ratings too. */
function overTime({ month, ratings }: FactSources['timeline']): DatasetFacts['overTime'] {
  const first = month[0]
  const last = month.at(-1)
  if (first === undefined || last === undefined) return { step: 'month', from: [], ratings: [] }
  const step = last - first + 1 > mostMonths ? 'year' : 'month'
  const width = step === 'year' ? 12 : 1
  const start = Math.floor(first / width)
  const counts = new Array<number>(Math.floor(last / width) - start + 1).fill(0)
  month.forEach((each, i) => (counts[Math.floor(each / width) - start]! += ratings[i]!))
  return { step, from: counts.map((_, i) => Date.UTC(1970, (start + i) * width)), ratings: counts }
}

function byGenre({ genres, genreNames, ratings }: FactSources['movies']): DatasetFacts['genres'] {
  const found = genreNames.map((name) => ({ name, movies: 0, ratings: 0 }))
  for (let m = 0; m < genres.length; m++) {
    for (let rest = genres[m]!; rest !== 0; rest &= rest - 1) {
      const genre = found[31 - Math.clz32(rest & -rest)]
      if (!genre) continue
      genre.movies++
      genre.ratings += ratings[m]!
    }
  }
  return found
}

const groups = 10

/** Movies in ten groups of equal size, the most rated first; equal counts in the order of the ids. */
function coverage({ movies, posters, plots }: FactSources): DatasetFacts['coverage'] {
  const { movieId, ratings } = movies
  const withPoster = new Set(posters)
  const withPlot = new Set(plots)
  const order = Uint32Array.from(movieId.keys()).sort((x, y) => ratings[y]! - ratings[x]! || x - y)
  return Array.from({ length: groups }, (_, g) => {
    const group = { movies: 0, ratings: 0, posters: 0, plots: 0 }
    const end = Math.floor((order.length * (g + 1)) / groups)
    for (let i = Math.floor((order.length * g) / groups); i < end; i++) {
      const m = order[i]!
      group.movies++
      group.ratings += ratings[m]!
      if (withPoster.has(movieId[m]!)) group.posters++
      if (withPlot.has(movieId[m]!)) group.plots++
    }
    return group
  })
}
