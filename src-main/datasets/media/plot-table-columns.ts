/**
 * What a table of plots is made of, whatever it is written in: its columns (or fields) are found by their names. A movie may be named by
 * several ids at once, as in TMDB's movies_metadata.csv; which of them is used is decided when all rows have been seen.
 */
import type { Key } from './media-keys.ts'
import type { SourceFile } from '../sources/source.ts'

export type PlotLine =
  | { line: number; ids: Readonly<Partial<Record<Key, string>>>; text: string; broken: null }
  /** `raw`: what stands there, for the report. */
  | { line: number; broken: string; raw: string }

export interface PlotTable {
  file: SourceFile
  /** 'rows' or 'objects', for a sentence. */
  entries: string
  /** The kinds of id that may name a movie here; null: known when it has been read. */
  keys: readonly Key[] | null
  /** Batches in file order. @throws ImportError when it cannot go on */
  read(onBytes: (bytes: number) => void): AsyncIterable<PlotLine[]>
}

/** Column names, in lower case; of several that are there, the first is taken. 'id' is whatever it fits. */
export const columnNames: Readonly<Record<Key | 'text', readonly string[]>> = {
  movieId: ['movieid', 'movie_id', 'id'],
  imdbId: ['imdbid', 'imdb_id', 'imdb', 'id'],
  tmdbId: ['tmdbid', 'tmdb_id', 'tmdb', 'id', 'movie_id'],
  text: ['overview', 'plot', 'summary', 'description', 'text'],
}
export const idNames = 'movieId, imdbId, tmdbId or id'
export const textNames = 'overview, plot, summary, description or text'

/** The file with every byte that is read counted. */
export function counted(file: SourceFile, onBytes: (bytes: number) => void): SourceFile {
  return {
    ...file,
    async *read() {
      for await (const piece of file.read()) {
        onBytes(piece.length)
        yield piece
      }
    },
  }
}
