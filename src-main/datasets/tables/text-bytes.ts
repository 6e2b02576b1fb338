/**
 * Files that are to be text: what is no text, or text in another encoding than the readers expect, is refused by its first bytes with a
 * sentence, before a reader makes nonsense of it.
 */
import { ImportError } from '../importing/import-error.ts'
import type { ReadOptions, Source, SourceFile } from '../sources/source.ts'

/** The source with files that refuse to be read when they are no text. */
export function asText(source: Source): Source {
  return { ...source, files: source.files.map((file) => ({ ...file, read: (options) => readText(file, options) })) }
}

async function* readText(file: SourceFile, options?: ReadOptions): AsyncGenerator<Buffer> {
  let first = true
  for await (const bytes of file.read(options)) {
    if (first) {
      const reason = whyNotText(bytes.subarray(0, 4096))
      if (reason !== null) throw new ImportError(`${file.name} ${reason}`, { file: file.name })
      first = false
    }
    yield bytes
  }
}

/** 'is UTF-16 text. Save it as UTF-8.' or null. @param start the first bytes of the file */
export function whyNotText(start: Buffer): string | null {
  const [a, b, c, d] = start
  const utf16 = 'is UTF-16 text. Save it as UTF-8 and import it again.'
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return utf16
  if (a === 0x1f && b === 0x8b) return 'is packed with gzip. Unpack it first.'
  if (a === 0x50 && b === 0x4b && c === 3 && d === 4)
    return 'is a zip or a spreadsheet, not text. Unpack it, or save it as CSV.'
  let even = 0
  let odd = 0
  for (let i = 0; i < start.length; i++) if (start[i] === 0) i % 2 === 0 ? even++ : odd++
  const nuls = even + odd
  if (nuls * 10 < start.length || nuls === 0) return null // a few broken lines at most
  const oneSided = Math.min(even, odd) * 10 < nuls
  return oneSided && nuls * 3 > start.length ? utf16 : 'is not text: it holds NUL bytes. Choose the file as text.'
}
