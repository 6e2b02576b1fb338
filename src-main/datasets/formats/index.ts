/** The formats Crossreel reads, and which of them a source holds. */
import type { TableMapping } from '../../../src-preload/contract.ts'
import { ImportError } from '../importing/import-error.ts'
import { listFiles, pathOf, type Source } from '../sources/source.ts'
import { asText } from '../tables/text-bytes.ts'
import { called, type OpenedFormat, twice } from './format.ts'
import { depthOf, findRatings, releases } from './releases.ts'
import { openTable } from './table.ts'

/**
 * The nearest ratings file decides; with a mapping, the source is a table of no known release.
 * @throws ImportError when there is none, when there are two equally near, or when a file the format needs is missing
 */
export function openFormat(source: Source, mapping: TableMapping | null): OpenedFormat {
  if (mapping !== null) return openTable(source, mapping)
  const text = asText(source)
  const [first, ...others] = findRatings(text)
  if (!first) throw noRatings(source)
  const [second] = others
  if (second && pathOf(second.file).toLowerCase() === pathOf(first.file).toLowerCase())
    throw twice(source, first.file, second.file)
  if (second && depthOf(second.file) === depthOf(first.file))
    throw new ImportError(
      `${source.name} holds more than one data set: ${pathOf(first.file)} and ${pathOf(second.file)}. Choose the folder of one of them.`,
      { file: first.file.name },
    )
  const opened = first.format.open(text, first.file)
  const deeper = others.map(({ file }) => ({
    file: file.name,
    reason: `another data set lies deeper and was not read: ${pathOf(first.file)} is the nearest`,
    text: pathOf(file),
  }))
  return { ...opened, notes: [...opened.notes, ...deeper] }
}

function noRatings(source: Source): ImportError {
  const wanted = releases.map((f) => f.ratingsFile)
  const names = `${wanted.slice(0, -1).join(', ')} or ${wanted.at(-1)}`
  const holds = `it holds ${listFiles(source.files)}, but no ${names}`
  if (releases.some((format) => called(source, format.moviesFile).length > 0))
    return new ImportError(
      `The ratings file is missing in ${source.name}: ${holds}. Add the ratings file of the same release.`,
    )
  const inner = source.files.find((file) => /\.zip$/i.test(file.name))
  if (inner)
    return new ImportError(
      `${source.name} is not a MovieLens data set: ${holds}. Unpack it and choose ${inner.name}, or the folder that zip unpacks to.`,
    )
  if (source.kind === 'file')
    return new ImportError(
      `${source.name} is not a MovieLens data set. Choose a MovieLens zip, the folder it unpacks to, or a table of ratings whose columns you name.`,
    )
  return new ImportError(
    `${source.name} is not a MovieLens data set: ${holds}. Choose a MovieLens zip, or the folder it unpacks to.`,
  )
}
