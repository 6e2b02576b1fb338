/**
 * SHA-256 over the cleaned contents. Users, movies and tags are sorted, so the same ratings in another file order, format or zip give
 * the same hash; names, times of import and the findings play no part.
 */
import { createHash } from 'node:crypto'
import type { Turns } from '../workspace/staged-database.ts'
import type { MovieColumns, RatingColumns, TagColumns } from '../workspace/dataset-file.ts'

export async function contentHash(
  content: { movies: MovieColumns; users: Uint32Array; ratings: RatingColumns; tags: TagColumns },
  turns: Turns,
): Promise<string> {
  const { movies, users, ratings, tags } = content
  const parts: [name: string, data: Int16Array | Uint8Array | Uint32Array | string[]][] = [
    ['genres', movies.genreNames],
    ['movieId', movies.movieId],
    ['title', movies.title],
    ['year', movies.year],
    ['genre', movies.genres],
    ['imdbId', movies.imdbId],
    ['tmdbId', movies.tmdbId],
    ['user', users],
    ['indptr', ratings.indptr],
    ['item', ratings.item],
    ['rating2', ratings.rating2],
    ['time', ratings.time],
    ['tag user', tags.user],
    ['tag item', tags.item],
    ['tag time', tags.time],
    ['tag', tags.text],
  ]
  const hash = createHash('sha256').update('crossreel data set 1\n')
  for (const [name, data] of parts) {
    hash.update(`${name} ${data.length}\n`) // the length goes first, so that no two lists run into each other
    for (let start = 0; start < data.length; start += slice) {
      if (Array.isArray(data)) hash.update(JSON.stringify(data.slice(start, start + slice)))
      else hash.update(bytesOf(data.subarray(start, start + slice)))
      await turns.turn()
    }
  }
  return hash.digest('hex')
}

const slice = 65_536

function bytesOf(data: Int16Array | Uint8Array | Uint32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
