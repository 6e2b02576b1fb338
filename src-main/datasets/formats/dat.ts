/** 1M and 10M: ratings.dat, movies.dat and (10M) tags.dat, '::' between columns, no header, no quoting; 1M is Latin-1, 10M is UTF-8. */
import type { TableFormat } from '../tables/text-table.ts'
import { beside, called, type Format, noteUsersFile, parseMovie, parseTag, requiredBeside } from './format.ts'
import { releaseName } from './release-name.ts'

const table: TableFormat = { separator: '::', quoted: false, encoding: 'detect' }

export const dat: Format = {
  ratingsFile: 'ratings.dat',
  moviesFile: 'movies.dat',
  match: (source) => called(source, 'ratings.dat'),
  open(source, ratings) {
    const tags = beside(source, ratings, 'tags.dat')
    return {
      label: `${releaseName(source, ratings) ?? 'MovieLens format'} (.dat)`,
      ratings: { file: ratings, separator: '::', header: null },
      movies: { file: requiredBeside(source, ratings, 'movies.dat'), table, header: null, parse: parseMovie },
      tags: tags && { file: tags, table, header: null, parse: parseTag },
      links: null,
      genome: null,
      notes: noteUsersFile(source, ratings, 'users.dat'),
    }
  },
}
