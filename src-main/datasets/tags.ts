/** Tags on their way in, sorted by user, movie, time and text, so that the file's order plays no part. */
import { noUser, type TagColumns } from '../workspace/dataset-file.ts'
import type { OpenedFormat, TagLine } from './formats/format.ts'
import { absent, type IdIndex } from './id-index.ts'
import { type Reading, readTextFile } from './table-reader.ts'

/** @throws ImportError when the tags file has another header or is mostly broken; a release without one has no tags */
export async function readTags(
  format: OpenedFormat,
  userIndex: IdIndex,
  movieIndex: IdIndex,
  reading: Reading,
): Promise<TagColumns> {
  const source = format.tags
  const rows: TagLine[] = [] // text anyway, so objects; 2 million in the largest release
  if (source) {
    const { name } = source.file
    await readTextFile(source, reading, (tag, line) => {
      const text = `${tag.user},${tag.movieId},${tag.text},${tag.time}`
      if (tag.text === '') reading.findings.add(name, 'empty tag', 'removed', line, text)
      else if (movieIndex.get(tag.movieId) === absent)
        reading.findings.add(name, 'tag of a movie that is in neither file', 'removed', line, text)
      else rows.push(tag)
    })
  }
  rows.sort(
    (a, b) =>
      a.user - b.user || a.movieId - b.movieId || a.time - b.time || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0),
  )
  await reading.pacer.turn()
  return {
    user: Uint32Array.from(rows, (tag) => (userIndex.get(tag.user) === absent ? noUser : userIndex.get(tag.user))),
    item: Uint32Array.from(rows, (tag) => movieIndex.get(tag.movieId)),
    time: Uint32Array.from(rows, (tag) => tag.time),
    text: rows.map((tag) => tag.text),
  }
}
