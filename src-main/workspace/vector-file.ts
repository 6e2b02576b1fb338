/** Item vectors of a further modality: one safetensors file for each name, replaced whole when vectors of that name are added. */
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import * as v from 'valibot'
import type { CleaningFinding } from '../../src-preload/contract.ts'
import type { WorkspacePaths } from './paths.ts'
import { readSafetensors, readSafetensorsMetadata, writeSafetensors } from './safetensors.ts'
import { parseJson } from './schemas.ts'
import { DiskFullError, isDiskFull } from './staged-database.ts'
import { cleaningFindings, vectorName } from './vector-schemas.ts'

const format = 'crossreel-vectors-1'
const numeral = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))
const metadataSchema = v.object({
  format: v.literal(format),
  name: vectorName,
  dim: numeral,
  movies: numeral,
  hash: v.string(),
  findings: v.string(),
})
type Metadata = v.InferOutput<typeof metadataSchema>

export interface VectorRows {
  /** [movies], ascending */
  movieIds: Uint32Array
  /** [movies, dim] as they were given */
  rows: Float32Array
}

/** The vector files of a data set, by name; none when it has none. */
export function vectorFiles(paths: WorkspacePaths, datasetId: string): string[] {
  const ending = '.safetensors'
  const start = basename(paths.vectors(datasetId, 'x')).slice(0, -`x${ending}`.length)
  return namesIn(paths.datasets)
    .filter((file) => file.startsWith(start) && file.endsWith(ending))
    .map((file) => file.slice(start.length, -ending.length))
    .sort()
    .map((name) => paths.vectors(datasetId, name))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/**
 * Writes `target` whole or not at all.
 * @throws DiskFullError
 */
export async function createVectorFile(
  target: string,
  name: string,
  { movieIds, rows }: VectorRows,
  findings: readonly CleaningFinding[],
): Promise<void> {
  const movies = movieIds.length
  const dim = movies === 0 ? 0 : rows.length / movies
  const hash = createHash('sha256').update(`${dim}:`)
  for (const { buffer, byteOffset, byteLength } of [movieIds, rows])
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  const metadata = {
    format,
    name,
    dim: String(dim),
    movies: String(movies),
    hash: hash.digest('hex'),
    findings: JSON.stringify(findings),
  }
  try {
    await mkdir(dirname(target), { recursive: true })
    await writeSafetensors(
      target,
      { movieIds: { shape: [movies], data: movieIds }, rows: { shape: [movies, dim], data: rows } },
      metadata,
    )
  } catch (error) {
    if (!isDiskFull(error)) throw error
    throw new DiskFullError(target, movieIds.byteLength + rows.byteLength, error)
  }
}

/** What a vector file says of itself; its numbers are read when they are asked for. */
export class VectorFile {
  readonly path: string
  readonly name: string
  /** Numbers that each movie has. */
  readonly dim: number
  /** Movies that have them. */
  readonly movies: number
  /** SHA-256 over ids and numbers. */
  readonly hash: string
  readonly #findings: string

  /** @throws when the file is absent, or not a vector file of this version */
  static open(path: string): VectorFile {
    const parsed = v.safeParse(metadataSchema, readSafetensorsMetadata(path))
    if (!parsed.success) throw new Error(`${path} is no vector file of this version. Add the vectors again.`)
    return new VectorFile(path, parsed.output)
  }

  private constructor(path: string, { name, dim, movies, hash, findings }: Metadata) {
    this.path = path
    this.name = name
    this.dim = dim
    this.movies = movies
    this.hash = hash
    this.#findings = findings
  }

  /** @throws SafetensorsError when the file was damaged */
  async read(): Promise<VectorRows> {
    const { movieIds, rows } = (await readSafetensors(this.path)).arrays
    const [ids, numbers] = [movieIds?.data, rows?.data]
    if (
      !(ids instanceof Uint32Array) ||
      !(numbers instanceof Float32Array) ||
      ids.length !== this.movies ||
      numbers.length !== this.movies * this.dim
    )
      throw new Error(`${this.path} does not hold what it says. Add the vectors again.`)
    return { movieIds: ids, rows: numbers }
  }

  /** What was left out when the vectors were added, and why. */
  findings(): CleaningFinding[] {
    return parseJson(cleaningFindings, this.#findings, `The report of ${this.path}`)
  }
}
