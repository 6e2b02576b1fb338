/**
 * SHA-256 over the contents of a data set. Each part (a column, a list of texts) has a digest of its own, so that columns can be hashed
 * as they are written, in any order; the hash is the SHA-256 of one line `name length digest` for each part, in the order of `parts`.
 * Users, movies and tags are sorted, so the same ratings in another file order, format or zip give the same hash; the name, the time of
 * the import and the findings play no part. A part that a data set does not have is left out.
 */
import { createHash } from 'node:crypto'
import { bytesOf, type ColumnArray, type ColumnDigest } from './columns.ts'
import type { Turns } from './staged-database.ts'

const parts = [
  'genres',
  'movieId',
  'title',
  'year',
  'genre',
  'imdbId',
  'tmdbId',
  'catalogues',
  'catalogue',
  'user',
  'indptr',
  'item',
  'rating2',
  'time',
  'standardised',
  'tag_texts',
  'tag_user',
  'tag_item',
  'tag_time',
  'tag_text',
  'genome_tags',
  'genome_item',
  'genome_score',
]

export class ContentHash {
  readonly #lines = new Map<string, string>()

  add({ name, n, sha256 }: ColumnDigest): void {
    if (!parts.includes(name)) throw new Error(`"${name}" is no part of a data set's hash.`)
    this.#lines.set(name, `${name} ${n} ${sha256}\n`)
  }

  addArray(name: string, values: ColumnArray | Int16Array): void {
    this.add({ name, n: values.length, sha256: createHash('sha256').update(bytesOf(values)).digest('hex') })
  }

  async addTexts(name: string, texts: readonly string[], turns: Turns): Promise<void> {
    const hash = createHash('sha256')
    for (let start = 0; start < texts.length; start += slice) {
      hash.update(JSON.stringify(texts.slice(start, start + slice))) // quoted, so that no two lists run into each other
      await turns.turn()
    }
    this.add({ name, n: texts.length, sha256: hash.digest('hex') })
  }

  digest(): string {
    const hash = createHash('sha256').update('crossreel data set 2\n')
    for (const name of parts) hash.update(this.#lines.get(name) ?? '')
    return hash.digest('hex')
  }
}

const slice = 16_384
