/**
 * What every data set made of others needs besides its content: where its parents' files lie, the name each has now, a bar that moves
 * while it is written, and nothing left behind when it came to nothing.
 */
import { rm } from 'node:fs/promises'
import { DatasetFile } from '../workspace/dataset-file.ts'
import type { DatasetContent } from '../workspace/dataset-content.ts'
import type { Turns } from '../workspace/staged-database.ts'
import type { ParentDataset } from './cleaning/cleaned-version.ts'

/** The three files of a data set; posters and plots need not be there. */
export interface DatasetPaths {
  dataset: string
  posters: string
  plots: string
}

export interface DeriveOptions {
  target: DatasetPaths
  /** Of the new data set. */
  id: string
  name: string
  /** Milliseconds since 1970. */
  at: number
  signal: AbortSignal
  onProgress: (progress: { phase: string; fraction: number | null }) => void
  /** The most the data-set file may take, in bytes; without it, whatever the disk holds. */
  limitBytes?: number
}

/** A data-set file under the name it has in the workspace, which may be another than the one it was imported with. */
export function called(file: DatasetFile, name: string): ParentDataset {
  return {
    meta: { ...file.meta, name },
    users: file.users,
    movies: () => file.movies(),
    ratings: () => file.ratings(),
    tags: () => file.tags(),
    genome: () => file.genome(),
  }
}

/** Runs `make`, and deletes what it may have made of the new data set when it throws. */
export async function wholeOrNothing<T>(target: DatasetPaths, make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    for (const path of Object.values(target)) await rm(path, { force: true })
    throw error
  }
}

/** Turns that move the bar from `from` to `to`: `expected` of them fill it. */
export function movingBar(
  turns: Turns,
  { phase, from, to, expected }: { phase: string; from: number; to: number; expected: number },
  onProgress: DeriveOptions['onProgress'],
): Turns {
  let taken = 0
  onProgress({ phase, fraction: from })
  return {
    turn: () => {
      onProgress({ phase, fraction: from + (to - from) * Math.min(1, ++taken / expected) })
      return turns.turn()
    },
  }
}

/** Turns that writing a content takes, about: one for every 65,536 values and every 1,000 rows. */
export function writingTurns({ movies, ratings, tags }: DatasetContent): number {
  return Math.ceil(ratings.item.length / 65_536 + movies.movieId.length / 1000 + tags.text.length / 8000) + 10
}
