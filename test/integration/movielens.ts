/** A tiny MovieLens folder (CSV, as latest-small has it) with some structure in it, written by a seed. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../src-main/learning/random.ts'

export interface TinyMovieLens {
  users?: number
  movies?: number
  ratingsEach?: number
  seed?: number
}

/** Even movies are action, odd ones comedies; a user of even id prefers low movie ids, one of odd id high ones. */
export function writeMovieLens(folder: string, options: TinyMovieLens = {}): string {
  const { users = 60, movies = 80, ratingsEach = 30, seed = 1 } = options
  const random = new Random(seed)
  mkdirSync(folder, { recursive: true })
  const movieRows = Array.from({ length: movies }, (_, m) => {
    const genres = m % 2 === 0 ? 'Action|Thriller' : 'Comedy|Romance'
    return `${m + 1},"Film ${m + 1}, The (${1960 + (m % 60)})",${genres}`
  })
  const ratings: string[] = []
  for (let u = 1; u <= users; u++) {
    const seen = new Set<number>()
    while (seen.size < ratingsEach) {
      const near = Math.abs(random.normal()) * (movies / 4)
      const m = Math.floor(u % 2 === 0 ? near : movies - 1 - near)
      if (m >= 0 && m < movies) seen.add(m)
    }
    for (const m of seen)
      ratings.push(`${u},${m + 1},${1 + random.integer(9) / 2},${1_000_000_000 + random.integer(100_000_000)}`)
  }
  writeFileSync(join(folder, 'movies.csv'), ['movieId,title,genres', ...movieRows, ''].join('\n'))
  writeFileSync(join(folder, 'ratings.csv'), ['userId,movieId,rating,timestamp', ...ratings, ''].join('\n'))
  writeFileSync(join(folder, 'tags.csv'), 'userId,movieId,tag,timestamp\n1,1,slow,1000000001\n')
  writeFileSync(join(folder, 'links.csv'), 'movieId,imdbId,tmdbId\n1,0000001,1\n')
  return folder
}
