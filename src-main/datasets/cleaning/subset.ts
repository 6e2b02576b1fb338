/** The parts of a data set that stay when users and movies leave, with their indices counted anew. Pure. */
import {
  type GenomeScores,
  type MovieColumns,
  noUser,
  type RatingColumns,
  type TagColumns,
} from '../../workspace/dataset-content.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { inBlocks } from './survivors.ts'

/** [n] the index of each that stays among those that stay, `left` for one that does not. @param stays [n] 1 = stays */
export function newIndices(stays: Uint8Array): Uint32Array {
  let next = 0
  return Uint32Array.from(stays, (stay) => (stay ? next++ : left))
}
export const left = 0xffffffff

export function moviesThatStay(movies: MovieColumns, stays: Uint8Array): MovieColumns {
  const pick = <T>(values: T[]): T[] => values.filter((_, m) => stays[m] === 1)
  const { catalogue } = movies
  return {
    movieId: movies.movieId.filter((_, m) => stays[m] === 1),
    title: pick(movies.title),
    year: movies.year.filter((_, m) => stays[m] === 1),
    genres: movies.genres.filter((_, m) => stays[m] === 1),
    genreNames: movies.genreNames,
    imdbId: pick(movies.imdbId),
    tmdbId: movies.tmdbId.filter((_, m) => stays[m] === 1),
    catalogue: catalogue ? catalogue.filter((_, m) => stays[m] === 1) : null,
  }
}

/**
 * Moves the ratings that stay to the front of their own columns, so that the largest arrays are not held twice.
 * @returns views of the front part; `ratings` itself holds nothing of use afterwards
 * @throws what a turn throws
 */
export async function compactRatings(
  ratings: RatingColumns,
  users: Uint8Array,
  movieIndex: Uint32Array,
  turns: Turns,
): Promise<RatingColumns> {
  const { indptr, item, rating2, time } = ratings
  const staying = users.reduce((n, stays) => n + stays, 0)
  const starts = new Uint32Array(staying + 1)
  let user = 0
  let n = 0
  await inBlocks(users.length, turns, (from, to) => {
    for (let u = from; u < to; u++) {
      if (!users[u]) continue
      for (let r = indptr[u]!; r < indptr[u + 1]!; r++) {
        const movie = movieIndex[item[r]!]!
        if (movie === left) continue
        item[n] = movie
        rating2[n] = rating2[r]!
        time[n++] = time[r]!
      }
      starts[++user] = n
    }
  })
  return { indptr: starts, item: item.subarray(0, n), rating2: rating2.subarray(0, n), time: time.subarray(0, n) }
}

/** A tag stays with its movie, unless its author has left. Tags of people who never rated have no author to lose. */
export function tagsThatStay(tags: TagColumns, userIndex: Uint32Array, movieIndex: Uint32Array): TagColumns {
  const stays = (t: number): boolean => {
    const author = tags.user[t]!
    return movieIndex[tags.item[t]!] !== left && (author === noUser || userIndex[author] !== left)
  }
  const kept = tags.item.map((_, t) => t).filter(stays)
  return {
    user: kept.map((t) => (tags.user[t] === noUser ? noUser : userIndex[tags.user[t]!]!)),
    item: kept.map((t) => movieIndex[tags.item[t]!]!),
    time: kept.map((t) => tags.time[t]!),
    text: Array.from(kept, (t) => tags.text[t]!),
  }
}

/** Null where no scored movie is left. */
export function genomeThatStays(genome: GenomeScores | null, movieIndex: Uint32Array): GenomeScores | null {
  if (!genome) return null
  const rows = genome.movie.map((_, row) => row).filter((row) => movieIndex[genome.movie[row]!] !== left)
  if (rows.length === 0) return null
  const width = genome.tags.length
  const scores = new Float32Array(rows.length * width)
  rows.forEach((row, i) => scores.set(genome.scores.subarray(row * width, (row + 1) * width), i * width))
  return { tags: genome.tags, movie: rows.map((row) => movieIndex[genome.movie[row]!]!), scores }
}
