/**
 * Finds the table of plots in what the user pointed at: a CSV, a TSV or JSON (an array of objects, or one object a line), told apart by its
 * first bytes.
 */
import { ImportError } from '../importing/import-error.ts'
import type { PlotTable } from './plot-table-columns.ts'
import { jsonPlots } from './plot-table-json.ts'
import { separatedPlots } from './plot-table-text.ts'
import { listFiles, type Source, type SourceFile } from '../sources/source.ts'

/** As much of a file as tells what it is. */
const peekBytes = 64 << 10

/** @throws ImportError when no file of the source is a table of plots */
export async function findPlotTable(source: Source): Promise<PlotTable> {
  const candidates = source.files.filter(
    (f) => source.kind === 'file' || (!f.name.startsWith('.') && /\.(csv|tsv|txt|json|jsonl|ndjson)$/i.test(f.name)),
  )
  const refusals: ImportError[] = []
  for (const file of candidates) {
    const opened = await openPlotTable(file)
    if (!(opened instanceof ImportError)) return opened
    refusals.push(opened)
  }
  const [only] = refusals
  if (only && refusals.length === 1) throw only
  throw new ImportError(
    `${source.name} holds no table of plots: found ${listFiles(source.files)}. Choose a CSV, TSV or JSON file with a column movieId (or imdbId, tmdbId, id) and a column overview (or plot, summary, description, text).`,
  )
}

async function openPlotTable(file: SourceFile): Promise<PlotTable | ImportError> {
  const start = await peek(file)
  const refuse = (what: string, remedy: string): ImportError =>
    new ImportError(`${file.name} ${what}. ${remedy}`, { file: file.name })
  if (start.length === 0) return refuse('is empty (0 bytes)', 'Get the file again.')
  if ((start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff))
    return refuse('is UTF-16 text', 'Save it as UTF-8.')
  if (start.includes(0)) return refuse('is no text: it holds NUL bytes', 'Choose a CSV, TSV or JSON file.')
  const text = new TextDecoder().decode(start)
  const json = /\.(json|jsonl|ndjson)$/i.test(file.name) || /^\s*[[{]/.test(text)
  return json ? jsonPlots(file) : separatedPlots(file, text)
}

async function peek(file: SourceFile): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of file.read()) {
    pieces.push(piece)
    length += piece.length
    if (length >= peekBytes) break
  }
  return Buffer.concat(pieces).subarray(0, peekBytes)
}
