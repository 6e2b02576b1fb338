/**
 * Posters and plots hang on movie ids. A data set that is made of others takes theirs along in files of its own: as a hard link where its
 * movies are the same (the files never change once written, they are only replaced), else as a new file of those that it still has.
 */
import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import { copyFile } from '../../workspace/copied-file.ts'
import { createPlotFile, PlotFile } from '../../workspace/plot-file.ts'
import { createPosterFile, PosterFile } from '../../workspace/poster-file.ts'
import { stagingName, type Turns } from '../../workspace/staged-database.ts'

/** One of the data sets that posters or plots are taken from. */
export interface MediaParent {
  /** A poster or plot file; nothing is taken where there is none. */
  path: string
  /** What a movie of it is called now, or null where it has left. */
  newId(movieId: number): number | null
}

export interface MediaTarget {
  path: string
  /** Movies of the new data set. */
  movies: number
}

/** About the size of a stored poster, for the sentence when the disk is full. */
const bytesEach = 12_000

/** @throws DiskFullError, or what a turn throws; the target is whole or absent then */
export async function carryPosters(parents: MediaParent[], target: MediaTarget, turns: Turns): Promise<void> {
  const files = parents.filter(({ path }) => existsSync(path))
  const opened = files.map(({ path, newId }) => ({ file: PosterFile.open(path), newId }))
  try {
    const count = opened.reduce((sum, { file }) => sum + file.count, 0)
    const spec = { target: target.path, movies: target.movies, neededBytes: count * bytesEach + 100_000, turns }
    if (!opened.some(({ file, newId }) => file.ids().some((id) => newId(id) !== null))) return
    await createPosterFile(spec, async (writer) => {
      for (const { file, newId } of opened) {
        for (const id of file.ids()) {
          const now = newId(id)
          const jpeg = now === null ? null : file.get(id)
          if (now !== null && jpeg) writer.put(now, jpeg)
          await turns.turn()
        }
      }
      return []
    })
  } finally {
    for (const { file } of opened) file.close()
  }
}

/** @throws DiskFullError, or what a turn throws; the target is whole or absent then */
export async function carryPlots(parents: MediaParent[], target: MediaTarget, turns: Turns): Promise<void> {
  const plots = new Map<number, string>()
  for (const { path, newId } of parents) {
    if (!existsSync(path)) continue
    const file = PlotFile.open(path)
    try {
      for (const [id, text] of file.all()) {
        const now = newId(id)
        if (now !== null) plots.set(now, text)
      }
    } finally {
      file.close()
    }
    await turns.turn()
  }
  if (plots.size > 0) await createPlotFile(target.path, plots, [], { movies: target.movies, turns })
}

/** Systems and file systems without hard links, or across two of them. */
const noLink = new Set(['EPERM', 'EXDEV', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES', 'EINVAL'])

/**
 * The same file under a second name, or a copy of it; nothing where there is none.
 * @throws DOMException 'AbortError', or what the file system throws; the target is whole or absent then
 */
export async function linkOrCopy(
  path: string,
  target: string,
  signal: AbortSignal,
  tryLink: (path: string, staging: string) => Promise<void> = link,
): Promise<void> {
  if (!existsSync(path)) return
  const staging = stagingName(target)
  try {
    await rm(staging, { force: true })
    if (!(await linked(path, staging, tryLink))) await copyFile(path, staging, { signal, onBytes: () => undefined })
    signal.throwIfAborted()
    await rename(staging, target)
  } catch (error) {
    await rm(staging, { force: true })
    throw error
  }
}

async function linked(
  path: string,
  staging: string,
  tryLink: (path: string, staging: string) => Promise<void>,
): Promise<boolean> {
  try {
    await tryLink(path, staging)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && noLink.has(String(error.code))) return false
    throw error
  }
}
