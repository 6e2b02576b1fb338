/**
 * The tags of a data-set file: columns in the order of users, each distinct text once, and for each movie the places of its tags, so that
 * one movie's tags are found without a look at the others.
 */
import type { Database } from 'better-sqlite3'
import { type ColumnDigest, writeColumn } from './columns.ts'
import type { ColumnReader } from './column-reader.ts'
import type { TagColumns } from './dataset-content.ts'
import type { Turns } from './staged-database.ts'

/** Tags by user id, movie, time and text, with each distinct text once, numbered by first appearance. */
export interface NumberedTags extends Omit<TagColumns, 'text'> {
  /** [n] index into `texts` */
  textId: Uint32Array
  texts: string[]
}

/** @returns the digests of the columns that define the tags */
export async function writeTagColumns(
  db: Database,
  { user, item, time, textId, texts }: NumberedTags,
  movies: number,
  turns: Turns,
): Promise<ColumnDigest[]> {
  const row = db.prepare('INSERT INTO tag_text VALUES (?, ?)')
  for (const [id, text] of texts.entries()) {
    row.run(id, text)
    if (id % 1000 === 0) await turns.turn()
  }
  const digests = [
    await writeColumn(db, 'tag_user', 'u32', user, turns),
    await writeColumn(db, 'tag_item', 'u32', item, turns),
    await writeColumn(db, 'tag_time', 'u32', time, turns),
    await writeColumn(db, 'tag_text', 'u32', textId, turns),
  ]
  const { indptr, places } = byMovie(item, movies)
  await writeColumn(db, 'tag_item_indptr', 'u32', indptr, turns)
  await writeColumn(db, 'tag_item_perm', 'u32', places, turns)
  return digests
}

export async function numberTexts({ text, ...columns }: TagColumns, turns: Turns): Promise<NumberedTags> {
  const ids = new Map<string, number>()
  const textId = new Uint32Array(text.length)
  for (let t = 0; t < text.length; t++) {
    const words = text[t]!
    let id = ids.get(words)
    if (id === undefined) ids.set(words, (id = ids.size))
    textId[t] = id
    if (t % 16_384 === 0) await turns.turn()
  }
  return { ...columns, textId, texts: [...ids.keys()] }
}

/** A counting sort: movie m has places[indptr[m] .. indptr[m + 1]). */
function byMovie(item: Uint32Array, movies: number): { indptr: Uint32Array; places: Uint32Array } {
  const indptr = new Uint32Array(movies + 1)
  for (let t = 0; t < item.length; t++) indptr[item[t]! + 1]!++
  for (let m = 0; m < movies; m++) indptr[m + 1]! += indptr[m]!
  const next = indptr.slice()
  const places = new Uint32Array(item.length)
  for (let t = 0; t < item.length; t++) places[next[item[t]!]!++] = t
  return { indptr, places }
}

export function readTagColumns(db: Database, columns: ColumnReader): TagColumns {
  const texts = db.prepare<[], string>('SELECT text FROM tag_text ORDER BY id').pluck().all()
  return {
    user: columns.words('tag_user'),
    item: columns.words('tag_item'),
    time: columns.words('tag_time'),
    text: Array.from(columns.words('tag_text'), (id) => texts[id] ?? ''),
  }
}

/** One movie's tags by user, time and text; `user` is a user index or `noUser`. */
export type MovieTags = Pick<TagColumns, 'user' | 'time' | 'text'>

/** Without a look at the tags of other movies, where the file's layout knows the places. */
export function readMovieTags(db: Database, columns: ColumnReader, movie: number): MovieTags {
  const places = columns.has('tag_item_perm') ? placesOf(columns, movie) : placesAmong(columns.words('tag_item'), movie)
  const text = db.prepare<[number], string>('SELECT text FROM tag_text WHERE id = ?').pluck()
  return {
    user: places.map((place) => at(columns, 'tag_user', place)),
    time: places.map((place) => at(columns, 'tag_time', place)),
    text: Array.from(places, (place) => text.get(at(columns, 'tag_text', place)) ?? ''),
  }
}

function placesOf(columns: ColumnReader, movie: number): Uint32Array {
  const [start = 0, end = 0] = columns.wordRange('tag_item_indptr', movie, movie + 2)
  return columns.wordRange('tag_item_perm', start, end)
}

function placesAmong(item: Uint32Array, movie: number): Uint32Array {
  return Uint32Array.from(item.keys()).filter((place) => item[place] === movie)
}

function at(columns: ColumnReader, name: string, place: number): number {
  return columns.wordRange(name, place, place + 1)[0] ?? 0
}
