/** Which files of a folder or zip are posters of which movies, by their names. */
import type { CleaningFinding, MediaKey } from '../../../src-preload/contract.ts'
import type { Findings } from '../importing/findings.ts'
import { ImportError } from '../importing/import-error.ts'
import { chooseKey, type Key, type KeyFit, keyFinding, keys, type MovieKeys, readKey } from './media-keys.ts'
import { listFiles, type Source, type SourceFile } from '../sources/source.ts'

export interface NamedPoster {
  file: SourceFile
  /** At least one; two movies may share a TMDB id. */
  movieIds: number[]
}

interface Image {
  file: SourceFile
  /** The name without its ending. */
  stem: string
}

const image = /^(.+)\.(jpe?g|png|webp)$/i
const names = '<movieId>.jpg, .jpeg, .png or .webp (or by imdbId or tmdbId)'

/** 'posters/862.jpg': where a file lies in its source. */
export function pathInside({ folder, name }: SourceFile): string {
  return folder === '' ? name : `${folder}/${name}`
}

/**
 * The images that will be tried, in the source's order, and what the report says of their names.
 * @throws ImportError when none is of a movie of this data set
 */
export function choosePosters(
  source: Source,
  movies: MovieKeys,
  by: MediaKey,
  findings: Findings,
): { posters: NamedPoster[]; note: CleaningFinding } {
  const images = imagesOf(source, findings)
  if (images.length === 0)
    throw new ImportError(
      `${source.name} holds no posters: found ${listFiles(source.files)}. Choose a folder or zip with images named ${names}.`,
    )
  if (by !== 'auto' && !movies.has(by))
    throw new ImportError(
      `The posters in ${source.name} cannot be read by ${by}: the data set came without links.csv, so it has no such ids. Name them by movieId, or import the data set with its links.csv.`,
    )
  const fits = keys.map((key) => fitOf(key, images, movies))
  const { key } = chooseKey(by, fits)
  const posters: NamedPoster[] = []
  const taken = new Set<number>()
  for (const { file, stem } of images) {
    const skip = (reason: string): void => findings.add(source.name, reason, 'removed', 0, pathInside(file))
    const id = readKey(key, stem)
    const known = id === null ? [] : movies.of(key, id)
    const movieIds = known.filter((movieId) => !taken.has(movieId))
    if (id === null) skip(`image not named by ${key}`)
    else if (known.length === 0) skip('poster of a movie that is not in the data set')
    else if (movieIds.length === 0) skip('second poster of a movie: the first is kept')
    else posters.push({ file, movieIds })
    for (const movieId of movieIds) taken.add(movieId)
  }
  if (posters.length === 0) throw new ImportError(noneFits(source.name, images.length, by, movies))
  return { posters, note: keyFinding(source.name, 'files', by, fits, images.length) }
}

function imagesOf(source: Source, findings: Findings): Image[] {
  const images: Image[] = []
  for (const file of source.files) {
    if (file.name.startsWith('.') || file.folder.startsWith('__MACOSX')) continue // what file managers leave behind
    const stem = image.exec(file.name)?.[1]
    if (stem === undefined) findings.add(source.name, `not named ${names}`, 'removed', 0, pathInside(file))
    else images.push({ file, stem })
  }
  return images
}

function fitOf(key: Key, images: readonly Image[], movies: MovieKeys): KeyFit {
  const fitted = new Set<number>()
  let entries = 0
  for (const { stem } of images) {
    const id = readKey(key, stem)
    const known = id === null ? [] : movies.of(key, id)
    if (known.length > 0) entries++
    for (const movieId of known) fitted.add(movieId)
  }
  return { key, entries, movies: fitted.size }
}

function noneFits(source: string, images: number, by: MediaKey, movies: MovieKeys): string {
  const what = `None of the ${images} posters in ${source} belongs to a movie of this data set`
  if (by !== 'auto')
    return `${what} by its ${by}. Name each by its ${by}, or let Crossreel find out what they are named by.`
  return movies.has('imdbId') || movies.has('tmdbId')
    ? `${what}, be it by movieId, imdbId or tmdbId. Name each by one of these.`
    : `${what}. Name each by its MovieLens movieId; for imdbId or tmdbId the data set lacks its links.csv.`
}
