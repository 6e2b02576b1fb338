/** The sample's tables in MovieLens' CSV format. */
import { Random } from '../../learning/random.ts'
import type { SampleRatings } from './histories.ts'
import type { SampleMovie } from './movies.ts'
import { topics } from './topics.ts'
import { pick } from './words.ts'

export function ratingsCsv(ratings: SampleRatings, movies: SampleMovie[]): string {
  const lines = ['userId,movieId,rating,timestamp']
  for (let i = 0; i < ratings.user.length; i++)
    lines.push(
      `${ratings.user[i]! + 1},${movies[ratings.movie[i]!]!.movieId},${ratings.stars[i]!.toFixed(1)},${ratings.time[i]!}`,
    )
  return table(lines)
}

export function moviesCsv(movies: SampleMovie[]): string {
  return table([
    'movieId,title,genres',
    ...movies.map(
      ({ movieId, title, year, genres }) =>
        `${movieId},${quoted(`${title} (${year})`)},${genres.map(({ name }) => name).join('|')}`,
    ),
  ])
}

/** A tag now and then, of someone who liked the movie, some minutes after the rating: a word of one of its topics. */
export function tagsCsv(ratings: SampleRatings, movies: SampleMovie[], seed: number): string {
  const random = Random.stream(seed, 'sample tags')
  const lines = ['userId,movieId,tag,timestamp']
  for (let i = 0; i < ratings.user.length; i++) {
    if (ratings.stars[i]! < 4 || random.next() > 0.05) continue
    const movie = movies[ratings.movie[i]!]!
    const topic = topics[random.next() < 0.7 ? movie.topic : movie.second]!
    const tag = pick(random, topic.nouns).toLowerCase()
    lines.push(`${ratings.user[i]! + 1},${movie.movieId},${quoted(tag)},${ratings.time[i]! + 60 + random.integer(600)}`)
  }
  return table(lines)
}

/** Invented movies have no entry in other catalogues: both ids are empty, as MovieLens writes an unknown one. */
export function linksCsv(movies: SampleMovie[]): string {
  return table(['movieId,imdbId,tmdbId', ...movies.map(({ movieId }) => `${movieId},,`)])
}

export function plotsCsv(movies: SampleMovie[]): string {
  return table(['movieId,overview', ...movies.map(({ movieId, plot }) => `${movieId},${quoted(plot)}`)])
}

export function readMe(name: string, seed: number): string {
  return table([
    name,
    '',
    'Every movie, title, plot, poster, person, rating and tag in this folder is invented by a program',
    `(Crossreel, seed ${seed}). It has MovieLens' format, but none of its data, and says nothing about real people or movies.`,
  ])
}

function quoted(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
function table(lines: string[]): string {
  return `${lines.join('\n')}\n`
}
