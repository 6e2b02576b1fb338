/** What names a movie: which texts are which ids, and which kind of id is taken where nobody says. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  chooseKey,
  type Key,
  keyFinding,
  keys,
  MovieKeys,
  readKey,
} from '../../../src-main/datasets/media/media-keys.ts'

test.each<[Key, string, number | null]>([
  ['movieId', '1', 1],
  ['movieId', ' 42 ', 42],
  ['movieId', '0042', 42],
  ['movieId', '862.0', 862],
  ['movieId', 'tt0114709', null],
  ['movieId', '', null],
  ['movieId', '-1', null],
  ['movieId', '1.5', null],
  ['movieId', '1e3', null],
  ['movieId', '4294967296', null],
  ['movieId', '12345678901', null],
  ['tmdbId', '862', 862],
  ['tmdbId', '862.0', 862],
  ['tmdbId', '1997-08-20', null],
  ['imdbId', 'tt0114709', 114709],
  ['imdbId', 'TT0114709', 114709],
  ['imdbId', '0114709', 114709],
  ['imdbId', 'tt10048342', 10048342],
  ['imdbId', '862.0', null],
  ['imdbId', 'nm0000158', null],
])('%s %j is %j', (key, text, id) => {
  expect(readKey(key, text)).toBe(id)
})

test('movies are found by each of their ids; two may share one; 0 and nothing are no ids', () => {
  const movies = new MovieKeys({ movieId: [1, 2, 3], imdbId: ['0114709', '', 'tt0113497'], tmdbId: [862, 0, 862] })
  expect(movies.count).toBe(3)
  expect(movies.of('movieId', 2)).toEqual([2])
  expect(movies.of('imdbId', 114709)).toEqual([1])
  expect(movies.of('imdbId', 0)).toEqual([])
  expect(movies.of('tmdbId', 862)).toEqual([1, 3])
  expect(movies.of('tmdbId', 0)).toEqual([])
  expect(movies.has('imdbId')).toBe(true)
  expect(new MovieKeys({ movieId: [1], imdbId: [''], tmdbId: [0] }).has('tmdbId')).toBe(false)
})

test('auto takes the key with the most movies, the earlier one of equals; a key that was asked for stays', () => {
  const counts = fc.tuple(fc.nat(20), fc.nat(20), fc.nat(20))
  fc.assert(
    fc.property(counts, (movies) => {
      const fits = keys.map((key, i) => ({ key, entries: 100, movies: movies[i] ?? 0 }))
      const chosen = chooseKey('auto', fits)
      expect(chosen.movies).toBe(Math.max(...movies))
      expect(keys.indexOf(chosen.key)).toBe(movies.indexOf(Math.max(...movies)))
      for (const key of keys) expect(chooseKey(key, fits).key).toBe(key)
    }),
  )
})

test('the report says which key was used and how well each fits', () => {
  const fits = [
    { key: 'movieId' as const, entries: 3, movies: 3 },
    { key: 'imdbId' as const, entries: 9, movies: 8 },
  ]
  expect(keyFinding('p.zip', 'files', 'auto', fits, 10)).toEqual({
    file: 'p.zip',
    reason: 'files read by imdbId, which fits the most movies',
    count: 9,
    treatment: 'kept',
    examples: [
      { line: 0, text: 'movieId: 3 of 10 files, 3 movies' },
      { line: 0, text: 'imdbId: 9 of 10 files, 8 movies' },
    ],
  })
  expect(keyFinding('p.zip', 'files', 'movieId', fits, 10).reason).toBe('files read by movieId, as asked')
})
