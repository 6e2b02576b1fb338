/** Files and folders the user pointed at. The page holds a token; the path stays here. */
import { randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import { basename, isAbsolute } from 'node:path'
import type { Picked } from '../../src-preload/contract.ts'
import type { Context, Requests } from './context.ts'

export class PickedPaths {
  readonly #paths = new Map<string, string>()

  keep(path: string): Picked {
    const token = randomBytes(16).toString('hex')
    this.#paths.set(token, path)
    return { token, name: basename(path) }
  }

  /** @throws Error when the token names nothing: it is of another start of Crossreel, or made up */
  path(token: string): string {
    const path = this.#paths.get(token)
    if (path === undefined) throw new Error('The file that was picked is no longer known. Pick it again.')
    return path
  }
}

export function fileRequests(context: Context): Requests<'files'> {
  return {
    'files.pick': async (p) => {
      if (!context.pick) {
        throw new Error('There is no file dialog here. Type the path of the file or folder, or drop it on the page.')
      }
      const path = await context.pick(p)
      return path === null ? null : context.picked.keep(path)
    },
    'files.typed': ({ path }) => {
      if (context.shell !== 'browser')
        throw new Error('Paths are not typed here. Choose the file in the dialog, or drop it.')
      if (!isAbsolute(path))
        throw new Error(`'${path}' is not a whole path. Give it from the root, as in /home/me/ml-latest-small.zip.`)
      if (!statSync(path, { throwIfNoEntry: false }))
        throw new Error(`There is no file or folder ${path}. Check the spelling.`)
      return context.picked.keep(path)
    },
  }
}
