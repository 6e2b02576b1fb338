/** latest-small, latest, 20M, 25M, 32M: ratings.csv, movies.csv, tags.csv and links.csv with headers, UTF-8, RFC 4180 quoting. */
import type { Source, SourceFile } from '../sources/source.ts'
import type { TableFormat } from '../tables/text-table.ts'
import {
  bad,
  beside,
  called,
  type Format,
  type LinkLine,
  ok,
  type OpenedFormat,
  parseMovie,
  parseTag,
  type Parsed,
  requiredBeside,
  wholeNumber,
} from './format.ts'
import { releaseName } from './release-name.ts'

const table: TableFormat = { separator: ',', quoted: true, encoding: 'utf-8' }

function parseLink(fields: string[]): Parsed<LinkLine> {
  const movieId = wholeNumber(fields[0])
  if (fields.length !== 3 || movieId === null) return bad('broken line: not the three columns movieId, imdbId, tmdbId')
  const imdbId = fields[1] ?? ''
  const tmdb = fields[2] ?? ''
  const tmdbId = tmdb === '' ? 0 : wholeNumber(tmdb)
  if (!/^\d*$/.test(imdbId)) return bad('wrong type: the imdbId is not a whole number')
  if (tmdbId === null) return bad('wrong type: the tmdbId is not a whole number')
  return ok({ movieId, imdbId, tmdbId })
}

/** 20M, 25M and 32M may carry the tag genome; one of its two files is of no use without the other. */
function genome(source: Source, ratings: SourceFile): OpenedFormat['genome'] {
  const scores = beside(source, ratings, 'genome-scores.csv')
  const tags = beside(source, ratings, 'genome-tags.csv')
  return scores && tags ? { scores, tags } : null
}

export const csv: Format = {
  ratingsFile: 'ratings.csv',
  moviesFile: 'movies.csv',
  match: (source) => called(source, 'ratings.csv'),
  open(source, ratings) {
    const tags = beside(source, ratings, 'tags.csv')
    const links = beside(source, ratings, 'links.csv')
    return {
      label: `${releaseName(source, ratings) ?? 'MovieLens format'} (CSV)`,
      ratings: { file: ratings, separator: ',', header: ['userId', 'movieId', 'rating', 'timestamp'] },
      movies: {
        file: requiredBeside(source, ratings, 'movies.csv'),
        table,
        header: ['movieId', 'title', 'genres'],
        parse: parseMovie,
      },
      tags: tags && { file: tags, table, header: ['userId', 'movieId', 'tag', 'timestamp'], parse: parseTag },
      links: links && { file: links, table, header: ['movieId', 'imdbId', 'tmdbId'], parse: parseLink },
      genome: genome(source, ratings),
      notes: [],
    }
  },
}
