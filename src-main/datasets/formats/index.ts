/** The formats Crossreel reads, and which of them a source holds. */
import { ImportError } from '../import-error.ts'
import { listFiles, type Source } from '../source.ts'
import { csv } from './csv.ts'
import { dat } from './dat.ts'
import type { Format, OpenedFormat } from './format.ts'
import { ml100k } from './ml-100k.ts'

export const formats: Format[] = [csv, dat, ml100k]

/**
 * The nearest ratings file decides.
 * @throws ImportError when there is none, when there are two equally near, or when a file the format needs is missing
 */
export function openFormat(source: Source): OpenedFormat {
  const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length)
  const found = formats
    .flatMap((format) =>
      source.files.filter((f) => f.name.toLowerCase() === format.ratingsFile).map((file) => ({ format, file })),
    )
    .sort((a, b) => depth(a.file.folder) - depth(b.file.folder))
  const [first, second] = found
  if (!first) throw noRatings(source)
  if (second && depth(second.file.folder) === depth(first.file.folder))
    throw new ImportError(
      `${source.name} holds more than one data set: ${pathOf(first.file)} and ${pathOf(second.file)}. Choose the folder of one of them.`,
      { file: first.file.name },
    )
  return first.format.open(source, first.file)
}

function pathOf(file: { folder: string; name: string }): string {
  return file.folder === '' ? file.name : `${file.folder}/${file.name}`
}

function noRatings(source: Source): ImportError {
  const wanted = formats.map((f) => f.ratingsFile)
  const names = `${wanted.slice(0, -1).join(', ')} or ${wanted.at(-1)}`
  const hasMovies = source.files.some((f) => ['movies.csv', 'movies.dat', 'u.item'].includes(f.name.toLowerCase()))
  return new ImportError(
    hasMovies
      ? `The ratings file is missing in ${source.name}: it holds ${listFiles(source.files)}, but no ${names}. Add the ratings file of the same release.`
      : `${source.name} is not a MovieLens data set: it holds ${listFiles(source.files)}, but no ${names}. Choose a MovieLens zip, or the folder it unpacks to.`,
  )
}
