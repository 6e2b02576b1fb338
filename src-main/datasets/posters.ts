/**
 * Attaching posters: a folder or zip of `<movieId>.jpg|jpeg|png|webp` becomes one file of small JPEGs beside the data set. An image that
 * cannot be read is reported and left out; it never stops the rest.
 */
import sharp from 'sharp'
import { Pacer } from '../learning/pacer.ts'
import { DatasetFile } from '../workspace/dataset-file.ts'
import { createPosterFile } from '../workspace/poster-file.ts'
import { Findings } from './findings.ts'
import { wholeNumber } from './formats/format.ts'
import type { ImportProgress } from './import.ts'
import { asImportError, ImportError } from './import-error.ts'
import { listFiles, openSource, type Source, type SourceFile } from './source.ts'

export interface AttachOptions {
  source: string
  /** The data set the movies are of. */
  datasetPath: string
  /** Written whole or not at all; replaces what is there. */
  target: string
  signal: AbortSignal
  onProgress: (progress: ImportProgress) => void
  /** The most the file may take, in bytes. */
  limitBytes?: number
}

const width = 160
const height = 240
const quality = 82
/** Images in flight: decoding is sharp's threads' work, more only costs memory. */
const inFlight = 4
const maxBytes = 64 << 20
const maxPixels = 64e6
/** A poster of this size takes about so much; for the sentence when the disk is full. */
const bytesEach = 12_000

/** @throws ImportError when the source holds no poster of this data set; the signal's reason within a second after a cancel */
export async function attachPosters(options: AttachOptions): Promise<void> {
  let source: Source | null = null
  try {
    source = await openSource(options.source)
    const findings = new Findings()
    const posters = choosePosters(source, movieIds(options.datasetPath), findings)
    const pacer = new Pacer(options.signal, 20)
    const spec = {
      target: options.target,
      neededBytes: posters.size * bytesEach + 100_000,
      limitBytes: options.limitBytes,
      turns: pacer,
    }
    const { name } = source
    await createPosterFile(spec, async (put) => {
      const stored = await storeAll(posters, name, findings, pacer, put, options.onProgress)
      if (stored === 0)
        throw new ImportError(
          `None of the images tried in ${name} can be read (${posters.size}). Check that they are JPEG, PNG or WebP.`,
        )
      return findings.list()
    })
  } catch (error) {
    throw asImportError(error, options.source, options.target)
  } finally {
    source?.close()
  }
}

function movieIds(datasetPath: string): Set<number> {
  const dataset = DatasetFile.open(datasetPath)
  try {
    return new Set(dataset.movies().movieId)
  } finally {
    dataset.close()
  }
}

/** The images that will be tried, by movie id, in file order. */
function choosePosters(source: Source, known: Set<number>, findings: Findings): Map<number, SourceFile> {
  const posters = new Map<number, SourceFile>()
  const names = '<movieId>.jpg, .jpeg, .png or .webp'
  let images = 0
  for (const file of source.files) {
    if (file.name.startsWith('.')) continue // what file managers leave behind
    const skip = (reason: string): void => findings.add(source.name, reason, 'removed', 0, file.name)
    const movieId = wholeNumber(/^(\d+)\.(jpe?g|png|webp)$/i.exec(file.name)?.[1])
    if (movieId === null) {
      skip(`not named ${names}`)
      continue
    }
    images++
    if (!known.has(movieId)) skip('poster of a movie that is not in the data set')
    else if (posters.has(movieId)) skip('second poster of a movie: the first is kept')
    else posters.set(movieId, file)
  }
  if (images === 0)
    throw new ImportError(
      `${source.name} holds no posters: found ${listFiles(source.files)}. Choose a folder or zip with images named ${names}.`,
    )
  if (posters.size === 0)
    throw new ImportError(
      `None of the ${images} posters in ${source.name} belongs to a movie of this data set. Name each by its MovieLens movieId.`,
    )
  return posters
}

/** @returns how many were stored */
async function storeAll(
  posters: Map<number, SourceFile>,
  sourceName: string,
  findings: Findings,
  pacer: Pacer,
  put: (movieId: number, jpeg: Uint8Array) => void,
  onProgress: AttachOptions['onProgress'],
): Promise<number> {
  const waiting = posters.entries()
  let done = 0
  let stored = 0
  const failures: unknown[] = []
  const work = async (): Promise<void> => {
    try {
      for (const [movieId, file] of waiting) {
        await pacer.turn()
        const image = await shrink(file)
        if (failures.length > 0) return
        if (image.jpeg) {
          put(movieId, image.jpeg)
          stored++
        } else findings.add(sourceName, 'unreadable image', 'removed', 0, `${file.name}: ${image.reason}`)
        onProgress({ phase: 'Reading posters', fraction: ++done / posters.size })
      }
    } catch (error) {
      failures.push(error) // the first is the cause: a full disk takes the tables away from the others
    }
  }
  await Promise.all(Array.from({ length: inFlight }, work))
  if (failures.length > 0) throw failures[0]
  return stored
}

type Shrunk = { jpeg: Uint8Array; reason: null } | { jpeg: null; reason: string }

/** At most 160 x 240, upright, on white where it is transparent. */
async function shrink(file: SourceFile): Promise<Shrunk> {
  try {
    if (file.bytes > maxBytes) throw new Error(`${file.bytes} bytes are too many for a poster`)
    const pieces: Buffer[] = []
    for await (const piece of file.read()) pieces.push(piece)
    const jpeg = await sharp(Buffer.concat(pieces), { limitInputPixels: maxPixels })
      .rotate()
      .resize(width, height, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg({ quality })
      .toBuffer()
    return { jpeg, reason: null }
  } catch (error) {
    return { jpeg: null, reason: error instanceof Error ? error.message : String(error) }
  }
}
