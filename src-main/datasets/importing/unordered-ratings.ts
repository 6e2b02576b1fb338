/** Ratings that do not come in order of (user, movie): collected in memory, 13 bytes each, and sorted when the file has been read. */
import type { RatingColumns } from '../../workspace/dataset-content.ts'
import { GrowingWords } from '../../workspace/growing-words.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { countingSort } from './counting-sort.ts'
import type { Finding } from './findings.ts'
import { absent, IdIndex, ranks } from './id-index.ts'
import type { LineNumbers } from '../tables/line-numbers.ts'
import { textOf } from './rating-findings.ts'
import { batchRows, emptyBatch, type RatingBatch } from './ratings-tokenizer.ts'

/** Up to 65,536 cleaned ratings in order; filled anew for the next batch. */
interface SortedBatch {
  batch: RatingBatch
  /** [n] final movie index */
  items: Uint32Array
  /** [n] row in the file */
  rows: Uint32Array
}

const slice = 1 << 18
/** More than any release has; a file that claims to be larger has to show it first. */
const mostExpected = 1 << 26

export class UnorderedRatings {
  /** [rows] user id; once sorted, the place of the user among all of them */
  readonly #user: GrowingWords
  /** [rows] movie index; once sorted, the final one */
  readonly #item: GrowingWords
  readonly #time: GrowingWords
  /** Pieces of the column of stars times two. */
  readonly #rating2: Uint8Array[]
  #userIds = new Uint32Array(0)

  /** @param head rows that came before and are in the file; `sort` gets them  @param expected about how many there will be in all */
  constructor(head: number, expected: number) {
    const column = (): GrowingWords => new GrowingWords(Math.max(head, Math.min(expected, mostExpected)))
    this.#user = column()
    this.#item = column()
    this.#time = column()
    for (const words of [this.#user, this.#item, this.#time]) words.append(new Uint32Array(head))
    this.#rating2 = [new Uint8Array(head)]
  }

  /** Copies the rows from `start` on. */
  push({ n, user, rating2, time }: RatingBatch, items: Uint32Array, start: number): void {
    this.#user.append(user.subarray(start, n))
    this.#item.append(items.subarray(start, n))
    this.#time.append(time.subarray(start, n))
    this.#rating2.push(rating2.slice(start, n))
  }

  /**
   * @param head the rows that came before  @param newIndex [movies] movie index -> final movie index
   * @returns [rows] the rows by user id, inside a user by final movie index, equal ones in file order
   */
  async sort(
    head: { users: Uint32Array; ratings: RatingColumns },
    newIndex: Uint32Array,
    turns: Turns,
  ): Promise<Uint32Array> {
    await this.#putHead(head, turns)
    const user = this.#user.values()
    const item = this.#item.values()
    const users = new IdIndex()
    for (let row = 0; row < user.length; row++) {
      const index = users.get(user[row]!)
      user[row] = index === absent ? users.add(user[row]!) : index
      item[row] = newIndex[item[row]!]!
      if (row % slice === 0) await turns.turn()
    }
    const rank = ranks(users.ids)
    for (let row = 0; row < user.length; row++) {
      user[row] = rank[user[row]!]!
      if (row % slice === 0) await turns.turn()
    }
    this.#userIds = users.ids.slice().sort()
    const byMovie = await countingSort(item, newIndex.length, null, turns)
    return countingSort(user, users.size, byMovie, turns)
  }

  /** The ratings in the order of `sort`, one for each (user, movie): the newest, of equal times the later line. */
  *batches(order: Uint32Array, movieIds: Uint32Array, lines: LineNumbers, twice: Finding): Generator<SortedBatch> {
    const user = this.#user.values()
    const item = this.#item.values()
    const time = this.#time.values()
    const rating2 = Buffer.concat(this.#rating2)
    const out: SortedBatch = {
      batch: emptyBatch(),
      items: new Uint32Array(batchRows),
      rows: new Uint32Array(batchRows),
    }
    const { batch } = out
    const put = (row: number, j: number): void => {
      batch.user[j] = this.#userIds[user[row]!]!
      batch.movie[j] = movieIds[item[row]!]!
      batch.rating2[j] = rating2[row]!
      batch.time[j] = time[row]!
      out.items[j] = item[row]!
      out.rows[j] = row
    }
    for (let i = 0; i < order.length; i++) {
      let row = order[i]!
      for (; i + 1 < order.length; i++) {
        const later = order[i + 1]!
        if (user[later] !== user[row] || item[later] !== item[row]) break
        const newer = time[later]! >= time[row]! ? later : row
        const older = newer === later ? row : later
        twice.count++
        if (twice.wantsExample) {
          put(older, batch.n)
          twice.example(lines.lineOf(older), textOf(batch, batch.n))
        }
        row = newer
      }
      put(row, batch.n++)
      if (batch.n < batchRows) continue
      yield out
      batch.n = 0
    }
    if (batch.n > 0) yield out
  }

  async #putHead({ users, ratings }: { users: Uint32Array; ratings: RatingColumns }, turns: Turns): Promise<void> {
    this.#item.values().set(ratings.item)
    await turns.turn()
    this.#time.values().set(ratings.time)
    this.#rating2[0]?.set(ratings.rating2)
    await turns.turn()
    const user = this.#user.values()
    users.forEach((id, u) => user.fill(id, ratings.indptr[u], ratings.indptr[u + 1]))
    await turns.turn()
  }
}
