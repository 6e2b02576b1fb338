/** The rule about movies that the movies file did not list: the import gave them a placeholder for a title. */
import type { MovieColumns } from '../../workspace/dataset-file.ts'
import { type CleaningRule, Examples, inBlocks } from './survivors.ts'

/** Known by nothing but its id: the title that the import puts in its place, no year, no genre. */
export function isOrphan(movies: Pick<MovieColumns, 'movieId' | 'title' | 'year' | 'genres'>, m: number): boolean {
  return movies.genres[m] === 0 && movies.year[m] === 0 && movies.title[m] === `Movie ${movies.movieId[m]}`
}

export const orphans: CleaningRule = {
  label: 'Listed movies only',
  reason:
    'Of a movie that only the ratings know nothing but the id is known: it is in no genre domain and has no text to learn from.',
  async apply(survivors, turns) {
    const { table, movies, ratings, ratingsOf } = survivors
    const found = new Examples()
    const marked = new Uint8Array(movies.length)
    for (let m = 0; m < movies.length; m++) {
      if (!isOrphan(table, m)) continue
      marked[m] = 1
      found.add(() => `movie ${table.movieId[m]}: ${table.ratings[m]} ratings`)
    }
    if (found.count === movies.length)
      return survivors.note(
        'movie known by its id alone, as all are here: the rule judges none',
        'kept',
        found.count,
        [],
      )
    survivors.note('movie that only the ratings know, with its ratings', 'removed', found.count, found.texts)
    if (found.count === 0) return
    for (let m = 0; m < movies.length; m++) if (marked[m]) movies[m] = 0
    await inBlocks(survivors.users.length, turns, (from, to) => {
      for (let u = from; u < to; u++) {
        if (!survivors.users[u]) continue
        let gone = 0
        for (let r = ratings.indptr[u]!; r < ratings.indptr[u + 1]!; r++) gone += marked[ratings.item[r]!]!
        ratingsOf[u]! -= gone
      }
    })
  },
}
