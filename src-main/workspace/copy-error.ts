/** What goes wrong when files are copied to or from another place, as sentences that name that place. */
import { statfs } from 'node:fs/promises'
import { formatBytes, isDiskFull } from './staged-database.ts'

export class CopyError extends Error {
  override readonly name = 'CopyError'

  /** @param folder where the copy is written. @returns the error itself where it says all already */
  static of(error: unknown, folder: string): unknown {
    if (error instanceof CopyError || !(error instanceof Error)) return error
    const code = 'code' in error ? error.code : null
    if (isDiskFull(error)) {
      return new CopyError(
        `The disk of ${folder} is full. Nothing half-written was kept. Free some space, or choose another disk.`,
        {
          cause: error,
        },
      )
    }
    if (
      code === 'EACCES' ||
      code === 'EPERM' ||
      code === 'EROFS' ||
      code === 'SQLITE_CANTOPEN' ||
      code === 'SQLITE_READONLY'
    ) {
      return new CopyError(
        `A file may not be read or written (${error.message}). Check the rights of ${folder}, or choose another folder.`,
        {
          cause: error,
        },
      )
    }
    if (code === 'ENOENT') {
      return new CopyError(`A file or folder went away meanwhile (${error.message}). Start it again.`, { cause: error })
    }
    return error
  }
}

/** Room that stays free besides the copy: a disk filled to the last byte serves nobody. */
const spareBytes = 16_000_000

/** @throws CopyError when the disk of the folder says that it has less free than the copy takes */
export async function refuseWithoutSpace(
  folder: string,
  bytes: number,
  free: (folder: string) => Promise<number | null> = freeBytes,
): Promise<void> {
  const there = await free(folder)
  if (there === null || there >= bytes + spareBytes) return
  throw new CopyError(
    `The copy needs about ${formatBytes(bytes + spareBytes)}, and the disk of ${folder} has ${formatBytes(there)} free. Free some space, or choose another disk.`,
  )
}

/** @returns null where the system does not say */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return null
  }
}
