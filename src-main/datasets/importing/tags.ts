/** Tags on their way in, sorted by user, movie, time and text, so that the file's order plays no part. */
import { noUser } from '../../workspace/dataset-content.ts'
import type { NumberedTags } from '../../workspace/tag-columns.ts'
import { countingSort } from './counting-sort.ts'
import type { TagLine, TextFile } from '../formats/format.ts'
import { absent, IdIndex, ranks } from './id-index.ts'
import { noTagRows, type TagRows, TagTokenizer } from './tag-tokenizer.ts'
import { checkHeader, type Reading, readTextFile } from '../tables/table-reader.ts'

/** @throws ImportError when the tags file has another header or is mostly broken; a release without one has no tags */
export async function readTags(
  source: TextFile<TagLine> | null,
  userIndex: IdIndex,
  movieIndex: IdIndex,
  reading: Reading,
): Promise<NumberedTags> {
  const read = source && ((await readPlain(source, reading)) ?? (await readAny(source, reading)))
  const none = new Uint32Array(0)
  if (!source || !read) return { user: none, item: none, time: none, textId: none, texts: [] }
  const tags = usable(source.file.name, read, movieIndex, reading)
  const order = await sorted(tags, movieIndex.size, reading)
  const inOrder = async (column: Uint32Array): Promise<Uint32Array> => {
    await reading.pacer.turn()
    return order.map((row) => column[row]!)
  }
  const indexOf = (id: number): number => (userIndex.get(id) === absent ? noUser : userIndex.get(id))
  return {
    user: (await inOrder(tags.user)).map(indexOf),
    item: await inOrder(tags.item),
    time: await inOrder(tags.time),
    ...renumbered(await inOrder(tags.text), tags.texts),
  }
}

/** Texts by first appearance, each once; what a file calls different may be the same without blanks around it. */
function renumbered(text: Uint32Array, texts: string[]): { textId: Uint32Array; texts: string[] } {
  const ids = new Map<string, number>()
  const idOf = new Uint32Array(texts.length).fill(absent)
  const textId = text.map((old) => {
    if (idOf[old] === absent) {
      const words = texts[old] ?? ''
      const id = ids.get(words) ?? ids.size
      ids.set(words, id)
      idOf[old] = id
    }
    return idOf[old]!
  })
  return { textId, texts: [...ids.keys()] }
}

interface ReadTags {
  rows: TagRows
  texts: string[]
}

/** Null where a line is not plain. */
async function readPlain(
  { file, table, header }: TextFile<TagLine>,
  { onBytes, pacer }: Reading,
): Promise<ReadTags | null> {
  const { separator } = table
  const tokenizer = new TagTokenizer(
    table,
    file.bytes,
    header && ((line) => checkHeader(file.name, line, header, separator)),
  )
  for await (const bytes of file.read({ reuse: true })) {
    if (!tokenizer.push(bytes)) return null
    onBytes(bytes.length)
    await pacer.turn()
  }
  if (!tokenizer.end()) return null
  const texts = tokenizer.texts()
  return texts.some((text) => text.includes('\uFFFD')) ? null : { rows: tokenizer.rows, texts }
}

async function readAny(source: TextFile<TagLine>, reading: Reading): Promise<ReadTags> {
  const rows = noTagRows(1 << 10)
  const ids = new Map<string, number>()
  let nextLine = 1
  await readTextFile(source, reading, (tag, line) => {
    for (; nextLine < line; nextLine++) rows.lines.skip(nextLine)
    nextLine = line + 1
    let id = ids.get(tag.text)
    if (id === undefined) ids.set(tag.text, (id = ids.size))
    rows.user.push(tag.user)
    rows.movieId.push(tag.movieId)
    rows.time.push(tag.time)
    rows.text.push(id)
  })
  return { rows, texts: [...ids.keys()] }
}

interface UsableTags {
  /** [tags] user id, movie index, seconds, index into `texts` */
  user: Uint32Array
  item: Uint32Array
  time: Uint32Array
  text: Uint32Array
  texts: string[]
}

/** Leaves out tags that say nothing or are of no movie, and reports them. */
function usable(file: string, { rows, texts }: ReadTags, movieIndex: IdIndex, { findings }: Reading): UsableTags {
  const empty = findings.of(file, 'empty tag', 'removed')
  const unknown = findings.of(file, 'tag of a movie that is in neither file', 'removed')
  const [user, movieId, time, text] = [
    rows.user.values(),
    rows.movieId.values(),
    rows.time.values(),
    rows.text.values(),
  ]
  const blank = texts.map((words) => words === '')
  let n = 0
  for (let row = 0; row < movieId.length; row++) {
    const index = movieIndex.get(movieId[row]!)
    const isBlank = blank[text[row]!]!
    if (index === absent || isBlank) {
      const finding = isBlank ? empty : unknown
      finding.count++
      if (finding.wantsExample)
        finding.example(rows.lines.lineOf(row), `${user[row]},${movieId[row]},${texts[text[row]!]},${time[row]}`)
      continue
    }
    user[n] = user[row]!
    movieId[n] = index
    time[n] = time[row]!
    text[n++] = text[row]!
  }
  const cut = (column: Uint32Array): Uint32Array => column.subarray(0, n)
  return { user: cut(user), item: cut(movieId), time: cut(time), text: cut(text), texts }
}

/** [tags] their order by user id, movie, time and text. */
async function sorted(tags: UsableTags, movies: number, { pacer }: Reading): Promise<Uint32Array> {
  const { item, time, text, texts } = tags
  const users = new IdIndex()
  const place = tags.user.map((id) => (users.get(id) === absent ? users.add(id) : users.get(id)))
  await pacer.turn()
  const rank = ranks(users.ids)
  const byMovie = await countingSort(item, movies, null, pacer)
  const user = place.map((u) => rank[u]!)
  const order = await countingSort(user, users.size, byMovie, pacer)

  const same = (a: number, b: number): boolean => user[a] === user[b] && item[a] === item[b]
  const later = (a: number, b: number): number => time[a]! - time[b]! || compare(texts[text[a]!]!, texts[text[b]!]!)
  for (let start = 0, end = 1; start < order.length; start = end++) {
    while (end < order.length && same(order[end]!, order[start]!)) end++
    if (end - start > 1) order.subarray(start, end).sort(later)
    if (start % 1024 === 0) await pacer.turn()
  }
  return order
}

/** By code unit: the same on every machine, whatever its language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
