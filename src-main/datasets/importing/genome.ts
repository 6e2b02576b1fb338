/**
 * The tag genome of the 20M, 25M and 32M releases: how well each of 1,128 tags describes each of some ten thousand movies. 15 million
 * lines of `movieId,tagId,relevance`, so bytes to numbers without a string on the way.
 */
import type { GenomeScores } from '../../workspace/dataset-content.ts'
import { BrokenLines } from './findings.ts'
import { type OpenedFormat, ok, bad, type Parsed, wholeNumber } from '../formats/format.ts'
import { ScoreTokenizer } from './genome-tokenizer.ts'
import { absent, type IdIndex } from './id-index.ts'
import type { SourceFile } from '../sources/source.ts'
import { checkHeader, type Reading, readTextFile } from '../tables/table-reader.ts'

/** @returns null when no movie has scores  @throws ImportError when a file has another header or is mostly broken */
export async function readGenome(
  { scores, tags }: NonNullable<OpenedFormat['genome']>,
  movieIndex: IdIndex,
  reading: Reading,
): Promise<GenomeScores | null> {
  const names = await readNames(tags, reading)
  const place = new Map([...names.keys()].sort((a, b) => a - b).map((id, index) => [id, index]))
  const rows = await readScores(scores, place, movieIndex, reading)
  if (rows.size === 0) return null
  const movie = Uint32Array.from(rows.keys()).sort()
  const all = new Float32Array(movie.length * place.size)
  let missing = 0
  for (let at = 0; at < movie.length; at++) {
    const row = rows.get(movie[at]!)
    if (!row) continue
    for (let t = 0; t < row.length; t++) {
      if (!Number.isNaN(row[t])) continue
      missing++
      row[t] = 0
    }
    all.set(row, at * place.size)
    rows.delete(movie[at]!)
    if (at % 256 === 0) await reading.pacer.turn()
  }
  const finding = reading.findings.of(scores.name, 'movie without a score for a tag: it counts as 0', 'repaired')
  finding.count = missing
  return { tags: Array.from(place.keys(), (id) => names.get(id) ?? ''), movie, scores: all }
}

async function readNames(file: SourceFile, reading: Reading): Promise<Map<number, string>> {
  const names = new Map<number, string>()
  const parse = (fields: string[]): Parsed<{ id: number; name: string }> => {
    const id = wholeNumber(fields[0])
    const name = fields[1]?.trim()
    if (fields.length !== 2 || id === null || name === undefined)
      return bad('broken line: not the two columns tagId, tag')
    return ok({ id, name })
  }
  const table = { separator: ',', quoted: true, encoding: 'utf-8' } as const
  await readTextFile({ file, table, header: ['tagId', 'tag'], parse }, reading, ({ id, name }) => names.set(id, name))
  return names
}

/** Movie index -> [tags] scores, NaN where there is none. */
async function readScores(
  file: SourceFile,
  place: Map<number, number>,
  movieIndex: IdIndex,
  { findings, onBytes, pacer }: Reading,
): Promise<Map<number, Float32Array>> {
  const rows = new Map<number, Float32Array>()
  const header = ['movieId', 'tagId', 'relevance']
  const broken = new BrokenLines(file.name, `Check that it is ${file.name} of a MovieLens release.`, findings, 1)
  const unknownMovie = findings.of(file.name, 'scores of a movie that is in neither file', 'removed')
  const unknownTag = findings.of(file.name, 'score of a tag that is not in the list of tags', 'removed')
  const tagPlace = new Int32Array(Math.max(0, ...place.keys()) + 1).fill(-1)
  place.forEach((at, id) => (tagPlace[id] = at))
  let good = 0
  let movie = -1
  let row: Float32Array | null = null
  const tokenizer = new ScoreTokenizer({
    onHeader: (line) => checkHeader(file.name, line, header, ','),
    onBad: (line, text) => broken.add(line, 'broken line: not a movie id, a tag id and a number from 0 to 1', text),
    onScore: (movieId, tagId, score, line) => {
      good++
      if (movieId !== movie) {
        movie = movieId
        row = rowOf(rows, movieIndex.get(movieId), place.size)
        if (!row && unknownMovie.count++ >= 0) unknownMovie.example(line, `movie ${movieId}`)
      }
      const at = tagPlace[tagId] ?? -1
      if (at >= 0 && row) row[at] = score
      if (at < 0 && unknownTag.count++ >= 0 && unknownTag.wantsExample) unknownTag.example(line, `tag ${tagId}`)
    },
  })
  for await (const bytes of file.read({ reuse: true })) {
    tokenizer.push(bytes)
    onBytes(bytes.length)
    await pacer.turn()
  }
  tokenizer.end()
  if (good + broken.count > 0) broken.finish(good)
  return rows
}

function rowOf(rows: Map<number, Float32Array>, movie: number, tags: number): Float32Array | null {
  if (movie === absent) return null
  let row = rows.get(movie)
  if (!row) rows.set(movie, (row = new Float32Array(tags).fill(NaN)))
  return row
}
