/** Makes a cleaned version: parent file -> typed arrays -> new file, with the parent's posters and plots. The parent stays as it is. */
import type { CleaningRecipe } from '../../../src-preload/contract.ts'
import { Pacer } from '../../learning/pacer.ts'
import { createDatasetFile, DatasetFile } from '../../workspace/dataset-file.ts'
import type { Turns } from '../../workspace/staged-database.ts'
import { carryPlots, carryPosters, linkOrCopy } from '../media/carry-media.ts'
import { called, type DatasetPaths, type DeriveOptions, movingBar, wholeOrNothing, writingTurns } from '../derive.ts'
import { cleanedVersion } from './cleaned-version.ts'

export interface CleanOptions extends DeriveOptions {
  parent: DatasetPaths
  /** What the parent is called now. */
  parentName: string
  recipe: CleaningRecipe
}

/**
 * Writes the files of `target`, all of them or none.
 * @throws CleaningError when the recipe does nothing or leaves nothing; DiskFullError; the signal's reason within 150 ms after a cancel
 */
export async function cleanDataset(options: CleanOptions): Promise<void> {
  const { target, signal, onProgress } = options
  const pacer = new Pacer(signal, 20)
  const file = DatasetFile.open(options.parent.dataset)
  try {
    await wholeOrNothing(target, async () => {
      const parent = called(file, options.parentName)
      const bar = (phase: string, from: number, to: number, expected: number): Turns =>
        movingBar(pacer, { phase, from, to, expected }, onProgress)
      await file.readRatings(bar('Reading', 0, 0.15, 3))
      const turns = bar('Cleaning', 0.15, 0.5, Math.ceil(file.users.length / 200) + 10)
      const { content, movies } = await cleanedVersion(parent, options.recipe, options, turns)
      await carry(options, parent.movies().movieId, movies, bar('Taking posters and plots along', 0.5, 0.6, 2000))
      // last, so that where the data set is, its posters and plots are
      await createDatasetFile(target.dataset, content, {
        limitBytes: options.limitBytes,
        turns: bar('Writing', 0.6, 1, writingTurns(content)),
      })
    })
  } finally {
    file.close()
  }
  onProgress({ phase: 'Done', fraction: 1 })
}

/** @param stays [movies of the parent] 1 = is in the new data set */
async function carry(options: CleanOptions, movieId: Uint32Array, stays: Uint8Array, turns: Turns): Promise<void> {
  const { parent, target, signal } = options
  if (stays.every((stay) => stay === 1)) {
    await linkOrCopy(parent.posters, target.posters, signal)
    await linkOrCopy(parent.plots, target.plots, signal)
    return
  }
  const kept = new Set(movieId.filter((_, m) => stays[m] === 1))
  const newId = (id: number): number | null => (kept.has(id) ? id : null)
  const movies = kept.size
  await carryPosters([{ path: parent.posters, newId }], { path: target.posters, movies }, turns)
  await carryPlots([{ path: parent.plots, newId }], { path: target.plots, movies }, turns)
}
