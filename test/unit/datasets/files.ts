/** Temporary data sets for tests: files in a folder, or a zip written entry by entry so that it can be damaged on purpose. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import { importDataset, type ImportOptions } from '../../../src-main/datasets/importing/import.ts'
import { DatasetFile } from '../../../src-main/workspace/dataset-file.ts'

export type Files = Record<string, string | Uint8Array>

/** A folder of its own, gone when the callback has ended. */
export async function inTempFolder<T>(use: (folder: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'crossreel-test-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function writeFiles(folder: string, files: Files): string {
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** @param damage what is wrong with every entry: its checksum, or the length the directory gives */
export function zipOf(files: Files, damage: 'none' | 'checksum' | 'length' | 'encrypted' | 'method' = 'none'): Buffer {
  const local: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, content] of Object.entries(files)) {
    const data = Buffer.from(content)
    const packed = deflateRawSync(data)
    const nameBytes = Buffer.from(name)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(0x800 | (damage === 'encrypted' ? 1 : 0), 2)
    fields.writeUInt16LE(damage === 'method' ? 14 : 8, 4)
    fields.writeUInt32LE(damage === 'checksum' ? 1234 : crc32(data), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(damage === 'length' ? data.length + 5 : data.length, 18)
    fields.writeUInt16LE(nameBytes.length, 22)
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), fields, nameBytes, packed])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, rest, nameBytes]))
    local.push(header)
    offset += header.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, central, end])
}

/** A small, whole, valid release: 20 users with 10 ratings each on 12 movies. */
export function release(change: Files = {}, without: string[] = []): Files {
  const ratings = ['userId,movieId,rating,timestamp']
  for (let u = 1; u <= 20; u++)
    for (let k = 0; k < 10; k++) {
      const movie = 10 * (((u + k) % 12) + 1)
      ratings.push(`${u},${movie},${(((u * 3 + k * 7) % 10) + 1) / 2},${1_000_000_000 + u * 1000 + k}`)
    }
  const genres = ['Action', 'Comedy', 'Action|Comedy', 'Drama|Romance', 'Thriller|Drama|Crime', '(no genres listed)']
  const movies = ['movieId,title,genres']
  for (let m = 1; m <= 12; m++) movies.push(`${10 * m},"Title ${m}, The (${1990 + m})",${genres[m % 6]}`)
  const files: Files = {
    'ratings.csv': ratings.join('\n') + '\n',
    'movies.csv': movies.join('\n') + '\n',
    'tags.csv': 'userId,movieId,tag,timestamp\n1,10,funny,1000000000\n2,20,"dark, slow",1000000001\n',
    'links.csv': 'movieId,imdbId,tmdbId\n10,0114709,862\n20,0113497,\n',
    ...change,
  }
  return Object.fromEntries(Object.entries(files).filter(([name]) => !without.includes(name)))
}

/** The text with lines put in after line `at` (1-based). */
export function insertLines(text: string | Uint8Array | undefined, at: number, ...lines: string[]): string {
  const all = String(text).split('\n')
  all.splice(at, 0, ...lines)
  return all.join('\n')
}

/** Imports and opens; the file is closed when the callback has ended. */
export async function imported<T>(
  source: string,
  use: (dataset: DatasetFile) => Promise<T> | T,
  options: Partial<ImportOptions> = {},
): Promise<T> {
  return inTempFolder(async (folder) => {
    const target = join(folder, 'datasets', 'x.db')
    await importDataset({
      source,
      target,
      datasetId: 'x',
      name: 'x',
      synthetic: false,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      now: Date.parse('2026-01-01'),
      ...options,
    })
    const dataset = DatasetFile.open(target)
    try {
      return await use(dataset)
    } finally {
      dataset.close()
    }
  })
}
