/** Posters and plots added to a small data set, for the tables of tests. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect } from 'vitest'
import type { AttachOptions } from '../../../src-main/datasets/media/posters.ts'
import { type Files, imported, inTempFolder, release, writeFiles } from './files.ts'

export function image(
  format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff',
  width: number,
  height: number,
  alpha = 0.5,
): Promise<Buffer> {
  const background = { r: 200, g: 40, b: 40, alpha }
  return sharp({ create: { width, height, channels: 4, background } })
    .toFormat(format)
    .toBuffer()
}

/** Puts a file into the folder of the test. */
export const file =
  (name: string, content: string | Uint8Array) =>
  (folder: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

/** `release()` with every movie linked: movie 10 m has the IMDb id 1000000 + m and the TMDB id 500 + m, but 10 and 20 are real ones. */
export function linkedRelease(): Files {
  const links = ['movieId,imdbId,tmdbId', '10,0114709,862', '20,0113497,8844']
  for (let m = 3; m <= 12; m++) links.push(`${10 * m},${1_000_000 + m},${500 + m}`)
  return release({ 'links.csv': links.join('\n') + '\n' })
}

export interface Attached<T> {
  attach: (options: AttachOptions) => Promise<void>
  /** Makes what is added, one after the other, in the folder of the test. */
  make: ((folder: string) => string)[]
  look: (target: string) => T | Promise<T>
  files?: Files
  options?: Partial<AttachOptions>
}

/** Adds what `make` makes to the small release and looks at the result; after a refusal nothing but what was there may be left. */
export async function attached<T>({ attach, make, look, files, options = {} }: Attached<T>): Promise<T> {
  return inTempFolder((folder) =>
    imported(writeFiles(join(folder, 'data'), files ?? release()), async (dataset) => {
      const target = join(folder, 'out', 'x.media.db')
      const there = (): string[] => (readdirSync(folder).includes('out') ? readdirSync(join(folder, 'out')) : [])
      for (const one of make) {
        const before = there()
        try {
          const signal = new AbortController().signal
          const source = one(folder)
          await attach({ source, datasetPath: dataset.path, target, signal, onProgress: () => undefined, ...options })
        } catch (error) {
          expect(there()).toEqual(before)
          throw error
        }
        expect(there()).toEqual(['x.media.db'])
      }
      return await look(target)
    }),
  )
}
