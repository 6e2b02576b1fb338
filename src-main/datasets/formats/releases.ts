/** The MovieLens releases Crossreel knows, and where in a source one lies. */
import type { Source, SourceFile } from '../sources/source.ts'
import { csv } from './csv.ts'
import { dat } from './dat.ts'
import { beside, type Format } from './format.ts'
import { ml100k } from './ml-100k.ts'

export const releases: Format[] = [csv, dat, ml100k]

/** The ratings files of every release in the source, the nearest first. */
export function findRatings(source: Source): { format: Format; file: SourceFile }[] {
  return releases
    .flatMap((format) => format.match(source).map((file) => ({ format, file })))
    .sort((a, b) => depthOf(a.file) - depthOf(b.file))
}

export function depthOf(file: SourceFile): number {
  return file.folder === '' ? 0 : file.folder.split('/').length
}

/** A ratings file with its movies file beside it; without that it may still be a table of another make. */
export function holdsRelease(source: Source): boolean {
  return findRatings(source).some(({ format, file }) => beside(source, file, format.moviesFile) !== null)
}
