/**
 * Adding posters: a folder or zip of images named `<movieId>`, `<imdbId>` or `<tmdbId>` becomes one file of small JPEGs beside the data
 * set. An image that cannot be used is reported by its name and left out; it never stops the rest.
 */
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { CleaningFinding, MediaKey } from '../../../src-preload/contract.ts'
import { Pacer } from '../../learning/pacer.ts'
import { createPosterFile, type EarlierPosters, type PosterWriter } from '../../workspace/poster-file.ts'
import { abortable } from '../abortable.ts'
import { Findings } from '../importing/findings.ts'
import type { ImportProgress } from '../importing/import.ts'
import { asImportError, ImportError } from '../importing/import-error.ts'
import { MovieKeys } from './media-keys.ts'
import { choosePosters, type NamedPoster, pathInside } from './poster-names.ts'
import { maxImageBytes, promisedFormat, shrinkImage, tooLarge } from './poster-image.ts'
import { openSource, type Source, type SourceFile } from '../sources/source.ts'

export interface AttachOptions {
  source: string
  /** The data set the movies are of. */
  datasetPath: string
  /** Written whole or not at all; what is there already is kept for the movies that the source says nothing about. */
  target: string
  /** What the source names movies by; without it, what fits the most movies. */
  by?: MediaKey
  signal: AbortSignal
  onProgress: (progress: ImportProgress) => void
  /** The most the file may take, in bytes. */
  limitBytes?: number
}

/** Images in flight: one for each core, and one that is being read meanwhile. More only costs memory. */
const inFlight = Math.min(8, availableParallelism() + 1)
/** A poster of this size takes about so much; for the sentence when the disk is full. */
const bytesEach = 12_000

/** @throws ImportError when the source holds no poster of this data set; the signal's reason within 100 ms after a cancel */
export async function attachPosters(options: AttachOptions): Promise<void> {
  const { signal, target, by = 'auto', onProgress } = options
  let source: Source | null = null
  try {
    onProgress({ phase: 'Looking through the posters', fraction: null })
    source = await abortable(openSource(options.source), signal, (late) => late.close())
    const { name } = source
    const movies = MovieKeys.open(options.datasetPath)
    const findings = new Findings()
    const { posters, note } = choosePosters(source, movies, by, findings)
    const pacer = new Pacer(signal, 20)
    const spec = {
      target,
      movies: movies.count,
      neededBytes: posters.length * bytesEach + 100_000,
      limitBytes: options.limitBytes,
      turns: pacer,
    }
    await createPosterFile(spec, async (writer) => {
      const stored = await storeAll(posters, { source: name, findings, pacer, writer, signal, onProgress })
      if (stored === 0)
        throw new ImportError(
          `None of the images tried in ${name} can be read (${posters.length}). Check that they are JPEG, PNG or WebP.`,
        )
      onProgress({ phase: 'Storing posters', fraction: null })
      const earlier = existsSync(target) ? await writer.keep(target) : null
      return [...findings.list(), note, ...earlierFindings(name, earlier)]
    })
  } catch (error) {
    throw asImportError(error, options.source, target)
  } finally {
    source?.close()
  }
}

/** What the report says of posters that were there before, and what it said already: of this source only the newest counts. */
export function earlierFindings(source: string, earlier: EarlierPosters | null): CleaningFinding[] {
  if (!earlier) return []
  const say = (reason: string, count: number): CleaningFinding[] =>
    count === 0 ? [] : [{ file: source, reason, count, treatment: 'kept', examples: [] }]
  return [
    ...say('earlier posters kept, for movies this source has none of', earlier.kept),
    ...say('earlier posters replaced by those of this source', earlier.replaced),
    ...earlier.findings.filter((finding) => finding.file !== source),
  ]
}

interface Storing {
  source: string
  findings: Findings
  pacer: Pacer
  writer: PosterWriter
  signal: AbortSignal
  onProgress: AttachOptions['onProgress']
}

/** @returns for how many movies a poster was stored */
async function storeAll(posters: NamedPoster[], to: Storing): Promise<number> {
  const waiting = posters.values()
  const failures: unknown[] = []
  let done = 0
  let stored = 0
  const work = async (): Promise<void> => {
    try {
      for (const { file, movieIds } of waiting) {
        await to.pacer.turn()
        const jpeg = await shrunk(file, to)
        if (failures.length > 0 || to.signal.aborted) return
        if (jpeg) for (const movieId of movieIds) to.writer.put(movieId, jpeg)
        stored += jpeg ? movieIds.length : 0
        to.onProgress({ phase: 'Reading posters', fraction: ++done / posters.length })
      }
    } catch (error) {
      failures.push(error) // the first is the cause: a full disk takes the tables away from the others
    }
  }
  await abortable(Promise.all(Array.from({ length: inFlight }, work)), to.signal)
  if (failures.length > 0) throw failures[0]
  return stored
}

/** The small JPEG, or null when the image cannot be used; what is odd about it goes into the findings. */
async function shrunk(file: SourceFile, { source, findings }: Storing): Promise<Uint8Array | null> {
  const place = pathInside(file)
  const leaveOut = (reason: string, detail: string): null => {
    findings.add(source, reason, 'removed', 0, detail === '' ? place : `${place}: ${detail}`)
    return null
  }
  if (file.bytes > maxImageBytes) return leaveOut(tooLarge, `${file.bytes} bytes`)
  let bytes: Buffer
  try {
    bytes = await readWhole(file)
  } catch (error) {
    return leaveOut('image file that cannot be read', error instanceof Error ? error.message : String(error))
  }
  const image = await shrinkImage(bytes)
  if (image.jpeg === null) return leaveOut(image.reason, image.detail)
  if (image.format !== promisedFormat(file.name))
    findings.add(source, 'image of another kind than its name says: read by its content', 'kept', 0, `${place}: ${image.format}`) // prettier-ignore
  return image.jpeg
}

async function readWhole(file: SourceFile): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of file.read()) {
    pieces.push(piece)
    length += piece.length
    if (length > maxImageBytes) break // it grew while it was read; its length says the rest
  }
  return Buffer.concat(pieces)
}
