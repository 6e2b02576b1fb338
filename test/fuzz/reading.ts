/** Everything the import reads of a source, without writing a data set: what comes out is counted, what goes wrong is an ImportError. */
import type { TableMapping } from '../../src-preload/contract.ts'
import { BrokenLines, Findings } from '../../src-main/datasets/importing/findings.ts'
import type { OpenedFormat } from '../../src-main/datasets/formats/format.ts'
import { openFormat } from '../../src-main/datasets/formats/index.ts'
import { previewTable } from '../../src-main/datasets/formats/table.ts'
import { RatingsTokenizer, whyNotARating } from '../../src-main/datasets/importing/ratings-tokenizer.ts'
import type { Source } from '../../src-main/datasets/sources/source.ts'
import { checkHeader, type Reading, readTextFile } from '../../src-main/datasets/tables/table-reader.ts'
import { listZip } from '../../src-main/datasets/sources/zip-source.ts'
import { MemoryBytes } from '../../src-main/datasets/sources/zip-bytes.ts'
import { Pacer } from '../../src-main/learning/pacer.ts'

/** Files in memory, read in pieces of `pieceBytes`, so that anything may be cut between two of them. */
export function memorySource(files: Record<string, Buffer>, kind: Source['kind'], pieceBytes: number): Source {
  const [name = ''] = Object.keys(files)
  return {
    path: `/${name}`,
    kind,
    name: kind === 'file' ? name : 'data',
    files: Object.entries(files).map(([file, bytes]) => ({
      name: file,
      folder: '',
      bytes: bytes.length,
      async *read() {
        for (let at = 0; at < bytes.length; at += pieceBytes) yield Promise.resolve(bytes.subarray(at, at + pieceBytes))
      },
    })),
    close: () => undefined,
  }
}

export async function zipSource(name: string, bytes: Buffer): Promise<Source> {
  const zip = await listZip(new MemoryBytes(bytes), name)
  return { path: `/${name}`, kind: 'zip', name, ...zip }
}

/** @returns rows of all files. @throws ImportError, or whatever else is a defect */
export async function readEverything(source: Source, mapping: TableMapping | null): Promise<number> {
  const preview = await previewTable(source, mapping)
  const suggestion = preview ? await readOpened(openFormat(source, mapping ?? preview.suggested)) : 0
  return suggestion + (await readOpened(openFormat(source, mapping)))
}

async function readOpened(format: OpenedFormat): Promise<number> {
  const reading: Reading = {
    findings: new Findings(),
    pacer: new Pacer(new AbortController().signal, 1000),
    onBytes: () => undefined,
  }
  let rows = 0
  const count = (): void => void rows++
  if (format.movies) await readTextFile(format.movies, reading, count)
  if (format.links) await readTextFile(format.links, reading, count)
  if (format.tags) await readTextFile(format.tags, reading, count)
  rows += await readRatings(format.ratings, reading)
  for (const finding of reading.findings.list())
    if (finding.examples.some(({ text }) => text.length > 201)) throw new Error('an example is not cut')
  return rows
}

async function readRatings(ratings: OpenedFormat['ratings'], reading: Reading): Promise<number> {
  let rows = 0
  let lastSkipped = 0
  if (ratings.rows) {
    const skipped = (line: number): void => {
      if (line <= lastSkipped) throw new Error(`line ${line} is skipped after line ${lastSkipped}`)
      lastSkipped = line
    }
    for await (const batch of ratings.rows.batches(reading, skipped)) {
      for (let i = 0; i < batch.n; i++) checkRating(batch.rating2[i] ?? 0)
      rows += batch.n
    }
    if (rows > 0 && ratings.rows.movies().length === 0) throw new Error('ratings without an item')
    return rows
  }
  const { file, separator, header } = ratings
  const broken = new BrokenLines(file.name, 'Check it.', reading.findings, header ? 1 : 0)
  const tokenizer = new RatingsTokenizer({
    separator,
    onHeader: header && ((line) => checkHeader(file.name, line, header, separator)),
    onBatch: (batch) => {
      for (let i = 0; i < batch.n; i++) checkRating(batch.rating2[i] ?? 0)
      rows += batch.n
    },
    onBlank: () => undefined,
    onBad: (line, text) => broken.add(line, whyNotARating(text, separator), text),
  })
  for await (const bytes of file.read()) tokenizer.push(bytes)
  tokenizer.end()
  broken.finish(rows)
  return rows
}

function checkRating(rating2: number): void {
  if (rating2 < 1 || rating2 > 10) throw new Error(`a rating of ${rating2} half stars`)
}
