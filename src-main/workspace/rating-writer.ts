/** The ratings on their way into a data-set file: user by user, inside a user by movie index, in batches of any size. */
import type { Database } from 'better-sqlite3'
import { type ColumnDigest, ColumnWriter, writeColumn } from './columns.ts'
import type { RatingColumns } from './dataset-content.ts'
import { GrowingWords } from './growing-words.ts'
import { RatingStatistics } from './rating-statistics.ts'
import type { Turns } from './staged-database.ts'

export interface OrderedRatings {
  /** [n] movie index */
  item: Uint32Array
  /** [n] stars times two, 1..10 */
  rating2: Uint8Array
  /** [n] seconds since 1970 */
  time: Uint32Array
}

export class RatingWriter {
  readonly statistics: RatingStatistics
  readonly #db: Database
  readonly #users = new GrowingWords()
  readonly #starts = new GrowingWords()
  readonly #item: ColumnWriter
  readonly #rating2: ColumnWriter
  readonly #time: ColumnWriter

  /** @param now milliseconds since 1970: later ratings are implausible */
  constructor(db: Database, now: number) {
    this.#db = db
    this.statistics = new RatingStatistics(now)
    this.#item = new ColumnWriter(db, 'item', 'u32')
    this.#rating2 = new ColumnWriter(db, 'rating2', 'u8')
    this.#time = new ColumnWriter(db, 'time', 'u32')
  }

  /** Ratings so far. */
  get length(): number {
    return this.#item.length
  }

  get users(): Uint32Array {
    return this.#users.values()
  }

  /** The ratings from place `start` on are of this user. Ids ascend; called before the batch that holds the place. */
  startUser(id: number, start: number): void {
    this.#users.push(id)
    this.#starts.push(start)
  }

  append({ item, rating2, time }: OrderedRatings): void {
    this.statistics.add(item, rating2, time)
    this.#item.append(item)
    this.#rating2.append(rating2)
    this.#time.append(time)
  }

  /** Gives everything back and begins anew. */
  async takeBack(turns: Turns): Promise<{ users: Uint32Array; ratings: RatingColumns }> {
    this.#starts.push(this.length)
    const taken = {
      users: this.#users.values().slice(),
      ratings: {
        indptr: this.#starts.values().slice(),
        item: new Uint32Array((await this.#item.takeBack(turns)).buffer),
        rating2: await this.#rating2.takeBack(turns),
        time: new Uint32Array((await this.#time.takeBack(turns)).buffer),
      },
    }
    this.#users.clear()
    this.#starts.clear()
    this.statistics.clear()
    return taken
  }

  /** @param newIndex [movies] where each movie moves to; a permutation that leaves each user's movies ascending */
  async renumberMovies(newIndex: Uint32Array, turns: Turns): Promise<void> {
    this.statistics.renumberMovies(newIndex)
    await this.#item.rewriteWords((items) => {
      for (let i = 0; i < items.length; i++) items[i] = newIndex[items[i]!]!
    }, turns)
  }

  /** Writes what is left. To be called once, after the last rating. */
  async finish(turns: Turns): Promise<ColumnDigest[]> {
    this.#starts.push(this.length)
    return [
      await writeColumn(this.#db, 'user', 'u32', this.users, turns),
      await writeColumn(this.#db, 'indptr', 'u32', this.#starts.values(), turns),
      this.#item.finish(),
      this.#rating2.finish(),
      this.#time.finish(),
    ]
  }
}
