/** The k-core of the user-movie graph: users and movies with fewer than k ratings leave, again and again, until all have k. Pure. */
import type { RatingColumns } from '../../workspace/dataset-file.ts'
import { atOnce, overUsers, type Steps } from '../steps.ts'

export interface Core {
  /** [users], [movies] 1 = stays */
  users: Uint8Array
  movies: Uint8Array
  ratings: number
  rounds: number
}

type Graph = Pick<RatingColumns, 'indptr' | 'item'>

/**
 * The largest set in which every user and every movie has at least max(k, 1) ratings: it is unique, whatever the order of removal.
 * Counts every rating of a movie marked in `inside`, in both domains together.
 */
export function kCore(ratings: Graph, inside: Uint8Array, k: number): Core {
  return atOnce(peeling(ratings, null, inside, k))
}

/**
 * Rounds that look through all ratings for those of the movies that left. Real data takes four to ten; where it takes more (chains, in
 * which each round takes one movie), an index from movie to users makes every further round as short as what it removes.
 */
const scannedRounds = 16

/**
 * The work of `kCore` in pieces. A round: users below k leave, then the movies that are below k without them.
 * @param among [users] 1 = may stay; null = all
 */
export function* peeling(ratings: Graph, among: Uint8Array | null, inside: Uint8Array, k: number): Steps<Core> {
  const peel = new Peel(ratings, among, inside, Math.max(1, k))
  yield* overUsers(peel.users.length, (from, to) => peel.count(from, to))
  for (let rounds = 0; ; rounds++) {
    const leaving = peel.takeMovies()
    if (leaving.length === 0 && !peel.lostUsers) return { ...peel.core(), rounds }
    peel.lostUsers = false
    if (rounds < scannedRounds) {
      const marked = new Uint8Array(inside.length)
      for (const movie of leaving) marked[movie] = 1
      if (leaving.length > 0) yield* overUsers(peel.users.length, (from, to) => peel.subtract(marked, from, to))
    } else {
      peel.subtractByIndex(leaving)
      yield
    }
  }
}

class Peel {
  readonly users: Uint8Array
  /** A user has left since the round began. */
  lostUsers = false
  readonly #movies: Uint8Array
  readonly #indptr: Uint32Array
  readonly #item: Uint32Array
  readonly #least: number
  /** [users], [movies] ratings that are left; of movies only what users who stay gave. */
  readonly #ofUser: Uint32Array
  readonly #ofMovie: Uint32Array
  /** Movies that have come below k since the last were taken out; null before the first were. */
  #weak: number[] | null = null
  #raters: { indptr: Uint32Array; user: Uint32Array } | null = null

  constructor({ indptr, item }: Graph, among: Uint8Array | null, inside: Uint8Array, least: number) {
    this.#indptr = indptr
    this.#item = item
    this.#least = least
    this.users = among ? Uint8Array.from(among) : new Uint8Array(indptr.length - 1).fill(1)
    this.#movies = Uint8Array.from(inside)
    this.#ofUser = new Uint32Array(this.users.length)
    this.#ofMovie = new Uint32Array(inside.length)
  }

  /** The first count of users [from, to): the weak ones leave before they count for any movie. */
  count(from: number, to: number): void {
    const [item, movies, ofMovie] = [this.#item, this.#movies, this.#ofMovie]
    for (let u = from; u < to; u++) {
      if (!this.users[u]) continue
      const end = this.#indptr[u + 1]!
      let own = 0
      for (let r = this.#indptr[u]!; r < end; r++) own += movies[item[r]!]!
      if (own < this.#least) {
        this.users[u] = 0
        this.lostUsers = true
        continue
      }
      this.#ofUser[u] = own
      for (let r = this.#indptr[u]!; r < end; r++) ofMovie[item[r]!]!++ // movies outside are counted too, and never looked at
    }
  }

  /** Takes out the movies that are below k now: all are looked at once, then those that lost a rating. */
  takeMovies(): number[] {
    const leaving =
      this.#weak ?? [...this.#movies.keys()].filter((m) => this.#movies[m] && this.#ofMovie[m]! < this.#least)
    for (const movie of leaving) this.#movies[movie] = 0
    this.#weak = []
    return leaving
  }

  /** Takes the ratings of the marked movies from users [from, to). */
  subtract(marked: Uint8Array, from: number, to: number): void {
    const item = this.#item
    for (let u = from; u < to; u++) {
      if (!this.users[u]) continue
      const end = this.#indptr[u + 1]!
      let gone = 0
      for (let r = this.#indptr[u]!; r < end; r++) gone += marked[item[r]!]!
      if (gone > 0) this.#lose(u, gone)
    }
  }

  subtractByIndex(leaving: number[]): void {
    const { indptr, user } = (this.#raters ??= this.#index())
    const gone = new Map<number, number>()
    for (const movie of leaving)
      for (let r = indptr[movie]!; r < indptr[movie + 1]!; r++)
        if (this.users[user[r]!]) gone.set(user[r]!, (gone.get(user[r]!) ?? 0) + 1)
    for (const [u, ratings] of gone) this.#lose(u, ratings)
  }

  core(): Omit<Core, 'rounds'> {
    let ratings = 0
    for (let u = 0; u < this.users.length; u++) if (this.users[u]) ratings += this.#ofUser[u]!
    return { users: this.users, movies: this.#movies, ratings }
  }

  #lose(u: number, ratings: number): void {
    const left = this.#ofUser[u]! - ratings
    this.#ofUser[u] = left
    if (left >= this.#least) return
    this.users[u] = 0
    this.lostUsers = true
    for (let r = this.#indptr[u]!; r < this.#indptr[u + 1]!; r++) {
      const movie = this.#item[r]!
      const before = this.#ofMovie[movie]!--
      if (before === this.#least && this.#movies[movie]) this.#weak?.push(movie)
    }
  }

  /** Movie -> users who rated it, in 4 bytes a rating. */
  #index(): { indptr: Uint32Array; user: Uint32Array } {
    const indptr = new Uint32Array(this.#movies.length + 1)
    for (const m of this.#item) indptr[m + 1]!++
    for (let m = 0; m < this.#movies.length; m++) indptr[m + 1]! += indptr[m]!
    const next = indptr.slice()
    const user = new Uint32Array(this.#item.length)
    for (let u = 0; u < this.users.length; u++)
      for (let r = this.#indptr[u]!; r < this.#indptr[u + 1]!; r++) user[next[this.#item[r]!]!++] = u
    return { indptr, user }
  }
}
