/** Ratings, tags and genome scores of two data sets, under the indices of the combined one. Pure. */
import { type GenomeScores, noUser, type RatingColumns, type TagColumns } from '../../workspace/dataset-content.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import type { Findings } from '../importing/findings.ts'
import { absent } from '../importing/id-index.ts'
import type { CombinedMovies } from './movies.ts'
import type { CombinedUsers } from './users.ts'

/** Users between two turns. */
const blockUsers = 1024

/** By user, inside a user by movie index. No movie is in both, so nobody rated one twice. @throws what a turn throws */
export async function combineRatings(
  first: RatingColumns,
  second: RatingColumns,
  users: CombinedUsers,
  movies: CombinedMovies,
  turns: Turns,
): Promise<RatingColumns> {
  const size = first.item.length + second.item.length
  const out: RatingColumns = {
    indptr: new Uint32Array(users.ids.length + 1),
    item: new Uint32Array(size),
    rating2: new Uint8Array(size),
    time: new Uint32Array(size),
  }
  let n = 0
  const put = (from: RatingColumns, r: number, item: number): void => {
    out.item[n] = item
    out.rating2[n] = from.rating2[r]!
    out.time[n++] = from.time[r]!
  }
  for (let user = 0; user < users.ids.length; user++) {
    let [a, endA] = rangeOf(first, users.inFirst[user]!)
    let [b, endB] = rangeOf(second, users.inSecond[user]!)
    while (a < endA || b < endB) {
      const itemA = a < endA ? movies.first[first.item[a]!]! : absent
      const itemB = b < endB ? movies.second[second.item[b]!]! : absent
      if (itemA < itemB) put(first, a++, itemA)
      else put(second, b++, itemB)
    }
    out.indptr[user + 1] = n
    if (user % blockUsers === 0) await turns.turn()
  }
  return out
}

function rangeOf({ indptr }: RatingColumns, user: number): [start: number, end: number] {
  return user === absent ? [0, 0] : [indptr[user]!, indptr[user + 1]!]
}

/** By user, movie, time and text; authors who never rated come last. @throws what a turn throws */
export async function combineTags(
  first: TagColumns,
  second: TagColumns,
  users: CombinedUsers,
  movies: CombinedMovies,
  turns: Turns,
): Promise<TagColumns> {
  const both = concatenated(first, second, users, movies)
  const { starts, places } = byAuthor(both.user, users.ids.length)
  const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const order = (a: number, b: number): number =>
    both.item[a]! - both.item[b]! || both.time[a]! - both.time[b]! || byText(both.text[a]!, both.text[b]!)
  for (let user = 0; user + 1 < starts.length; user++) {
    if (starts[user + 1]! - starts[user]! > 1) places.subarray(starts[user], starts[user + 1]).sort(order)
    if (user % blockUsers === 0) await turns.turn()
  }
  return {
    user: places.map((t) => both.user[t]!),
    item: places.map((t) => both.item[t]!),
    time: places.map((t) => both.time[t]!),
    text: Array.from(places, (t) => both.text[t]!),
  }
}

/** All tags of the first, then all of the second, under the new indices. */
function concatenated(first: TagColumns, second: TagColumns, users: CombinedUsers, movies: CombinedMovies): TagColumns {
  const split = first.text.length
  const column = (a: Uint32Array, b: Uint32Array): Uint32Array => {
    const all = new Uint32Array(a.length + b.length)
    all.set(a)
    all.set(b, split)
    return all
  }
  const author = (tags: TagColumns, index: Uint32Array): Uint32Array =>
    tags.user.map((user) => (user === noUser ? noUser : index[user]!))
  return {
    user: column(author(first, users.first), author(second, users.second)),
    item: column(
      first.item.map((movie) => movies.first[movie]!),
      second.item.map((movie) => movies.second[movie]!),
    ),
    time: column(first.time, second.time),
    text: [...first.text, ...second.text],
  }
}

/** A counting sort: user u wrote the tags at places[starts[u] .. starts[u + 1]); those without a user are in the last group. */
function byAuthor(user: Uint32Array, users: number): { starts: Uint32Array; places: Uint32Array } {
  const group = (t: number): number => Math.min(user[t]!, users)
  const starts = new Uint32Array(users + 2)
  for (let t = 0; t < user.length; t++) starts[group(t) + 1]!++
  for (let u = 0; u <= users; u++) starts[u + 1]! += starts[u]!
  const next = starts.slice()
  const places = new Uint32Array(user.length)
  for (let t = 0; t < user.length; t++) places[next[group(t)]!++] = t
  return { starts, places }
}

/** All tags of both; a tag that one of them does not know scores 0 for its movies. */
export function combineGenomes(
  first: GenomeScores | null,
  second: GenomeScores | null,
  movies: CombinedMovies,
  names: [string, string],
  findings: Findings,
): GenomeScores | null {
  const parts = [
    ...(first ? [{ genome: first, index: movies.first }] : []),
    ...(second ? [{ genome: second, index: movies.second }] : []),
  ]
  if (parts.length === 0) return null
  const tags = [...new Set(parts.flatMap(({ genome }) => genome.tags))]
  const column = new Map(tags.map((tag, t) => [tag, t]))
  if (first && second) {
    for (const tag of tags)
      if (!first.tags.includes(tag) || !second.tags.includes(tag))
        findings.add(
          names[1],
          'genome tag that only one data set has: 0 for the movies of the other',
          'repaired',
          0,
          tag,
        )
  }
  const rows = parts
    .flatMap(({ genome, index }) => Array.from(genome.movie, (movie, row) => ({ genome, row, movie: index[movie]! })))
    .sort((a, b) => a.movie - b.movie)
  const scores = new Float32Array(rows.length * tags.length)
  rows.forEach(({ genome, row }, i) =>
    genome.tags.forEach((tag, t) => {
      scores[i * tags.length + (column.get(tag) ?? 0)] = genome.scores[row * genome.tags.length + t]!
    }),
  )
  return { tags, movie: Uint32Array.from(rows, ({ movie }) => movie), scores }
}
