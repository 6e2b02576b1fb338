/**
 * Adding vectors: a table's rows are joined to the data set's movies by movieId, or through its links by imdbId or tmdbId. Rows of other
 * movies are counted and reported; anything else that is wrong refuses the file.
 */
import { Pacer } from '../../learning/pacer.ts'
import { createVectorFile, type VectorRows } from '../../workspace/vector-file.ts'
import { abortable } from '../abortable.ts'
import { Findings } from '../importing/findings.ts'
import { asImportError, ImportError } from '../importing/import-error.ts'
import { openSource, type Source, type SourceFile } from '../sources/source.ts'
import { chooseKey, type Key, type KeyFit, keyFinding, MovieKeys, readKey } from './media-keys.ts'
import type { AttachOptions } from './posters.ts'
import { findVectorTable, type VectorRow, VectorTable } from './vector-table.ts'

/** As much as one file can be read again at once. */
const mostBytes = 2 ** 31 - 2 ** 24

export interface AttachVectorsOptions extends Omit<AttachOptions, 'limitBytes'> {
  /** Of the modality. */
  name: string
}

/** @throws ImportError when the file is refused, or fits no movie; the signal's reason within 100 ms after a cancel */
export async function attachVectors(options: AttachVectorsOptions): Promise<void> {
  const { signal, target, by = 'auto' } = options
  let source: Source | null = null
  try {
    source = await abortable(openSource(options.source), signal, (late) => late.close())
    const file = findVectorTable(source)
    const place = { file: file.name }
    const movies = MovieKeys.open(options.datasetPath)
    if (by !== 'auto' && !movies.has(by))
      throw new ImportError(
        `${file.name} cannot be read by ${by}: the data set came without links.csv, so it has no such ids. Use a table by movieId, or import the data set with its links.csv.`,
        place,
      )
    const { joined, rows, dim } = await readVectors(file, movies, options)
    if (rows === 0)
      throw new ImportError(
        `${file.name} holds no vector. Write a row for each movie: its id, then its numbers.`,
        place,
      )
    const fits = joined.map((each) => each.fit())
    const { key } = chooseKey(by, fits)
    const chosen = joined.find((each) => each.key === key)
    if (!chosen || chosen.rows.size === 0) {
      const tried = joined.map((each) => each.key).filter((each) => by === 'auto' || each === by)
      throw new ImportError(
        `${file.name} has no vector for a movie of this data set: none of its ${rows} rows fits by ${tried.join(', ')}. Check that its ids are those of this release.`,
        place,
      )
    }
    if (chosen.twice) throw chosen.twice
    signal.throwIfAborted()
    options.onProgress({ phase: 'Writing vectors', fraction: 0.95 })
    const findings = [...chosen.findings.list(), keyFinding(file.name, 'rows', by, fits, rows)]
    await createVectorFile(target, options.name, table(chosen.rows, dim), findings)
    options.onProgress({ phase: 'Done', fraction: 1 })
  } catch (error) {
    throw asImportError(error, options.source, target)
  } finally {
    source?.close()
  }
}

/** The rows as one kind of id reads them. */
class JoinedVectors {
  readonly key: Key
  readonly rows = new Map<number, VectorRow>()
  readonly findings = new Findings()
  /** The first movie that stands there twice; it matters only where this kind of id is chosen. */
  twice: ImportError | null = null
  readonly #file: string
  readonly #movies: MovieKeys
  #entries = 0

  constructor(key: Key, file: string, movies: MovieKeys) {
    this.key = key
    this.#file = file
    this.#movies = movies
  }

  add(row: VectorRow): void {
    const id = readKey(this.key, row.id)
    const movieIds = id === null ? [] : this.#movies.of(this.key, id)
    if (movieIds.length === 0) {
      this.findings.add(this.#file, 'vector of a movie that is not in the data set', 'removed', row.line, row.id)
      return
    }
    this.#entries++
    for (const movieId of movieIds) {
      const earlier = this.rows.get(movieId)
      if (earlier === undefined) this.rows.set(movieId, row)
      else
        this.twice ??= new ImportError(
          `${this.#file}, line ${row.line}: the movie '${row.id}' stands in line ${earlier.line} already. Keep one row for each movie.`,
          { file: this.#file, line: row.line },
        )
    }
  }

  fit(): KeyFit {
    return { key: this.key, entries: this.#entries, movies: this.rows.size }
  }
}

/** Reads all rows, and keeps under each kind of id what that would give. */
async function readVectors(
  file: SourceFile,
  movies: MovieKeys,
  { by = 'auto', signal, onProgress }: AttachVectorsOptions,
): Promise<{ joined: JoinedVectors[]; rows: number; dim: number }> {
  const source = new VectorTable(file)
  const pacer = new Pacer(signal, 20)
  let joined: JoinedVectors[] | null = null
  let bytes = 0
  let rows = 0
  const onBytes = (more: number): void => {
    bytes += more
    onProgress({ phase: 'Reading vectors', fraction: Math.min(0.9, (0.9 * bytes) / Math.max(1, file.bytes)) })
  }
  for await (const batch of source.read(onBytes)) {
    // the header, which comes first, may say which id it is; what the person says counts more
    if (source.dim > 0) joined ??= (by === 'auto' ? source.keys : [by]).map((key) => new JoinedVectors(key, file.name, movies)) // prettier-ignore
    for (const row of batch) for (const each of joined ?? []) each.add(row)
    rows += batch.length
    const kept = Math.max(0, ...(joined ?? []).map((each) => each.rows.size))
    if (kept * (4 * source.dim + 4) > mostBytes)
      throw new ImportError(
        `${file.name} holds more than 2 GB of numbers for this data set. Give fewer columns, for example their first principal components.`,
        { file: file.name },
      )
    await pacer.turn()
  }
  return { joined: joined ?? [], rows, dim: source.dim }
}

/** By ascending id. */
function table(rows: ReadonlyMap<number, VectorRow>, dim: number): VectorRows {
  const movieIds = Uint32Array.from(rows.keys()).sort()
  const values = new Float32Array(movieIds.length * dim)
  movieIds.forEach((movieId, m) => values.set(rows.get(movieId)?.values ?? [], m * dim))
  return { movieIds, rows: values }
}
