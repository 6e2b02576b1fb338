// A MovieLens folder small enough to import in a blink: latest-small's files with a dozen movies.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const genres = ['Action|Thriller', 'Comedy|Romance', 'Drama', 'Sci-Fi']

export async function writeTinyMovieLens(folder: string, users = 20, movies = 12): Promise<string> {
  await mkdir(folder, { recursive: true })
  const movieRows = Array.from({ length: movies }, (_, m) => `${m + 1},Film ${m + 1} (${1990 + m}),${genres[m % 4]}`)
  const ratingRows = Array.from({ length: users }, (_, u) =>
    Array.from(
      { length: movies },
      (_, m) => `${u + 1},${m + 1},${((u + m) % 10) / 2 + 0.5},${1_000_000 + u * 1000 + m * 10}`,
    ),
  ).flat()
  await writeFile(join(folder, 'movies.csv'), ['movieId,title,genres', ...movieRows, ''].join('\n'))
  await writeFile(join(folder, 'ratings.csv'), ['userId,movieId,rating,timestamp', ...ratingRows, ''].join('\n'))
  await writeFile(join(folder, 'tags.csv'), 'userId,movieId,tag,timestamp\n1,1,bright,1000001\n')
  await writeFile(join(folder, 'links.csv'), 'movieId,imdbId,tmdbId\n1,0000001,1\n')
  return folder
}
