import fc from 'fast-check'
import { expect, test } from 'vitest'
import { datasetFacts, type FactSources, logBins } from '../../../src-main/datasets/browsing/facts.ts'

const sources: FactSources = {
  indptr: Uint32Array.of(0, 1, 4, 10), // users with 1, 3 and 6 ratings
  movies: {
    movieId: Uint32Array.of(10, 20, 30, 40),
    ratings: Uint32Array.of(0, 2, 7, 1),
    genres: Uint32Array.of(0b01, 0b11, 0b10, 0),
    genreNames: ['Action', 'Drama'],
  },
  stars: [{ rating: 3, count: 4 }, { rating: 5, count: 6 }], // prettier-ignore
  timeline: { month: [360, 363], ratings: [4, 6] },
  posters: [20, 30],
  plots: [10],
}

test('counts, medians, shares and means of a small data set', () => {
  const facts = datasetFacts(sources)
  expect(facts.ratingsPerUser).toEqual([
    { from: 1, to: 1, count: 1 },
    { from: 2, to: 2, count: 0 },
    { from: 3, to: 4, count: 1 },
    { from: 5, to: 8, count: 1 },
  ])
  expect(facts.ratingsPerMovie.map(({ count }) => count)).toEqual([1, 1, 0, 1]) // the movie nobody rated is in none
  expect(facts.user).toEqual({ least: 1, median: 3, most: 6 })
  expect(facts.movie).toEqual({ least: 1, median: 2, most: 7 })
  expect(facts.meanRating).toBe(4.2)
  expect(facts.density).toBe(10 / 12)
  expect(facts.genres).toEqual([
    { name: 'Action', movies: 2, ratings: 2 },
    { name: 'Drama', movies: 2, ratings: 9 },
  ])
})

test('months without ratings are there, and long times come in years', () => {
  const at = (year: number, month: number): number => Date.UTC(year, month)
  expect(datasetFacts(sources).overTime).toEqual({
    step: 'month',
    from: [at(2000, 0), at(2000, 1), at(2000, 2), at(2000, 3)],
    ratings: [4, 0, 0, 6],
  })
  const long = { month: [360, 371, 360 + 240], ratings: [1, 2, 3] }
  const { step, from, ratings } = datasetFacts({ ...sources, timeline: long }).overTime
  expect(step).toBe('year')
  expect([from[0], from[20], from.length]).toEqual([at(2000, 0), at(2020, 0), 21])
  expect([ratings[0], ratings[20]]).toEqual([3, 3])
  expect(datasetFacts({ ...sources, timeline: { month: [], ratings: [] } }).overTime.from).toEqual([])
})

test('coverage: ten groups, the most rated first, every movie in one', () => {
  const movies = 25
  const ids = Uint32Array.from({ length: movies }, (_, m) => m + 1)
  const { coverage } = datasetFacts({
    ...sources,
    movies: { movieId: ids, ratings: ids, genres: new Uint32Array(movies), genreNames: [] },
    posters: ids.subarray(20),
    plots: ids,
  })
  expect(coverage.map((group) => group.movies)).toEqual([2, 3, 2, 3, 2, 3, 2, 3, 2, 3])
  expect(coverage[0]).toEqual({ movies: 2, ratings: 25 + 24, posters: 2, plots: 2 })
  expect(coverage.map((group) => group.posters)).toEqual([2, 3, 0, 0, 0, 0, 0, 0, 0, 0])
})

test('an empty data set has no division by zero', () => {
  const none = new Uint32Array()
  const facts = datasetFacts({
    ...sources,
    indptr: Uint32Array.of(0),
    movies: { movieId: none, ratings: none, genres: none, genreNames: [] },
    stars: [],
  })
  expect([facts.density, facts.meanRating, facts.user.median]).toEqual([0, 0, 0])
  expect(facts.ratingsPerUser).toEqual([])
})

test('every count above 0 falls into the bin that names it', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(20), fc.nat(2 ** 31)), { maxLength: 40 }), (counts) => {
      const bins = logBins(Uint32Array.from(counts))
      for (const { from, to, count } of bins)
        expect(count).toBe(counts.filter((each) => each >= from && each <= to).length)
      bins.slice(1).forEach(({ from }, i) => expect(from).toBe(bins[i]!.to + 1))
      expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(counts.filter((each) => each > 0).length)
      if (bins.length > 0) expect(bins.at(-1)!.count).toBeGreaterThan(0)
    }),
  )
})
