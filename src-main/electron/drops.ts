/** What was dropped on the window: the preload says where it lies, main looks at it before it keeps the path. */
import { realpath, stat } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Picked } from '../../src-preload/contract.ts'

/** @throws Error when the path is not absolute, or names neither a file nor a folder */
export async function keepDropped(path: string, keepPath: (path: string) => Picked): Promise<Picked> {
  if (!isAbsolute(path) || path.includes('\0')) throw new Error('What was dropped has no place on this computer.')
  // links are followed once, here, so that what is recognised later is what was looked at
  const real = await realpath(path).catch(() => null)
  const kind = real === null ? null : await stat(real)
  if (real === null || kind === null || !(kind.isFile() || kind.isDirectory())) {
    throw new Error(`${path} is neither a file nor a folder. Drop a MovieLens zip or its unpacked folder.`)
  }
  return keepPath(real)
}
