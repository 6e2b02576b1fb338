/** The poster files in use, opened once. Everything else of a data set is read by the reader; it lets go of a data set together with this. */
import { existsSync } from 'node:fs'
import { PosterFile } from '../workspace/poster-file.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Reader } from './reader.ts'

export class Library {
  readonly #workspace: Workspace
  readonly #reader: Reader
  readonly #posters = new Map<string, PosterFile | null>()

  constructor(workspace: Workspace, reader: Reader) {
    this.#workspace = workspace
    this.#reader = reader
  }

  /** Null where the data set has none. @throws Error when there is no such data set, or its poster file is damaged */
  posters(id: string): PosterFile | null {
    const known = this.#posters.get(id)
    if (known !== undefined) return known
    const path = this.#workspace.paths.posters(this.#workspace.datasets.get(id).id)
    const posters = existsSync(path) ? PosterFile.open(path) : null
    this.#posters.set(id, posters)
    return posters
  }

  /** Closes the files of a data set, here and in the reader: before they are removed, after they were replaced. */
  async forget(id: string): Promise<void> {
    this.#posters.get(id)?.close()
    this.#posters.delete(id)
    await this.#reader.forget(id)
  }

  close(): void {
    for (const posters of this.#posters.values()) posters?.close()
    this.#posters.clear()
  }
}
