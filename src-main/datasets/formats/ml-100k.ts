/** 100K: u.data (tabs) and u.item ('|', Latin-1): id, title, release date, video date, IMDb address, then one 0/1 column for each genre. */
import type { TableFormat } from '../tables/text-table.ts'
import {
  bad,
  called,
  type Format,
  type MovieLine,
  noteUsersFile,
  ok,
  type Parsed,
  requiredBeside,
  wholeNumber,
} from './format.ts'

const table: TableFormat = { separator: '|', quoted: false, encoding: 'detect' }

/** In the order of the columns, as u.genre lists them; the first, 'unknown', is no genre. */
const genres =
  "unknown|Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western".split(
    '|',
  )
const firstGenre = 5

function parseItem(fields: string[]): Parsed<MovieLine> {
  const movieId = wholeNumber(fields[0])
  if (fields.length !== firstGenre + genres.length)
    return bad(`broken line: not the ${firstGenre + genres.length} columns of u.item`)
  if (movieId === null) return bad('wrong type: the movie id is not a whole number')
  const flags = fields.slice(firstGenre)
  if (!flags.every((flag) => flag === '0' || flag === '1')) return bad('wrong type: a genre column is neither 0 nor 1')
  return ok({ movieId, title: (fields[1] ?? '').trim(), genres: genres.filter((_, g) => g > 0 && flags[g] === '1') })
}

export const ml100k: Format = {
  ratingsFile: 'u.data',
  moviesFile: 'u.item',
  match: (source) => called(source, 'u.data'),
  open: (source, ratings) => ({
    label: 'MovieLens 100K (u.data)',
    ratings: { file: ratings, separator: '\t', header: null },
    movies: { file: requiredBeside(source, ratings, 'u.item'), table, header: null, parse: parseItem },
    tags: null,
    links: null,
    genome: null,
    notes: noteUsersFile(source, ratings, 'u.user'),
  }),
}
