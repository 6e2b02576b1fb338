/**
 * The checkpoints of a run on disk: two safetensors files, written in turn, so that while one is being replaced the other is whole. Each is
 * written beside its place, flushed and renamed, and carries a SHA-256 over all of it. A process killed at any moment leaves a whole one.
 */
import { createHash } from 'node:crypto'
import { readdir, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import type { ModelConfig, Series } from '../../src-preload/contract.ts'
import type { TrainingData } from '../learning/data.ts'
import type { Checkpoint } from '../learning/checkpoint.ts'
import { readSafetensors, SafetensorsError, type Tensor, writeSafetensors } from './safetensors.ts'
import { parseJson, type SchemaOf, seriesNames } from './schemas.ts'

/** What a checkpoint belongs to: hashes of the configuration with its seed, and of the data with its features. */
export interface CheckpointOwner {
  config: string
  data: string
}

export interface KeptCheckpoint {
  checkpoint: Checkpoint
  /** The run's curves up to there. */
  curves: Series[]
}

const number = v.number()
const stateSchema: SchemaOf<Checkpoint['state']> = v.object({
  epoch: number,
  position: number,
  step: number,
  loss: number,
  weight: number,
  best: v.object({ epoch: number, validation: number }),
  seconds: number,
})
const format = 'crossreel-checkpoint-1'

export class CheckpointFiles {
  /** The two places, the one to be written next first. */
  #places: [string, string]
  readonly #owner: CheckpointOwner
  readonly #warn: (text: string) => void

  /**
   * @param path of one of the two files; the other is named after it
   * @param warn hears of a damaged file that the other one stands in for
   */
  constructor(path: string, owner: CheckpointOwner, warn: (text: string) => void = () => undefined) {
    this.#places = [path, otherOf(path)]
    this.#owner = owner
    this.#warn = warn
  }

  /**
   * The newest that is whole; null where there is none at all.
   * @throws Error when both are damaged, or when what is there is of another model, configuration or data set
   */
  async read(): Promise<KeptCheckpoint | null> {
    await removeUnfinished(this.#places[0])
    const found = await newestFirst(this.#places)
    const damages: string[] = []
    for (const path of found) {
      try {
        const kept = await this.#open(path)
        this.#places = this.#places[0] === path ? [this.#places[1], path] : this.#places
        if (damages.length > 0)
          this.#warn(`${damages.join(' ')} The checkpoint before it, of step ${kept.checkpoint.state.step}, is used.`)
        return kept
      } catch (error) {
        if (!(error instanceof SafetensorsError)) throw error
        damages.push(error.message)
      }
    }
    if (damages.length === 0) return null
    throw new Error(`${damages.join(' ')} There is no other checkpoint: start the run again from its beginning.`)
  }

  /** Replaces the older of the two. @throws the file system's error; both files are as they were then */
  async write(checkpoint: Checkpoint, curves: readonly Series[]): Promise<void> {
    const [path, other] = this.#places
    const arrays: Record<string, Tensor> = { ...checkpoint.arrays }
    for (const { name, x, y } of curves) {
      arrays[`curve/${name}/x`] = { shape: [x.length], data: Float64Array.from(x) }
      arrays[`curve/${name}/y`] = { shape: [y.length], data: Float64Array.from(y) }
    }
    await writeSafetensors(path, arrays, {
      format,
      ...this.#owner,
      state: JSON.stringify(checkpoint.state),
      layout: checkpoint.layout,
    })
    this.#places = [other, path]
  }

  async #open(path: string): Promise<KeptCheckpoint> {
    const { arrays, metadata } = await readSafetensors(path)
    const { state, layout } = metadata
    if (metadata['format'] !== format || state === undefined || layout === undefined)
      throw new Error(`${path} is no checkpoint of this version of Crossreel. Start the run again from its beginning.`)
    if (metadata['data'] !== this.#owner.data)
      throw new Error(
        `${path} was made with another data set, split or features, so the run cannot go on from it. Start it again from its beginning.`,
      )
    if (metadata['config'] !== this.#owner.config)
      throw new Error(
        `${path} was made with another model, configuration or seed, so the run cannot go on from it. Start it again from its beginning.`,
      )
    const kept: Checkpoint = { state: parseJson(stateSchema, state, `The state in ${path}`), layout, arrays: {} }
    for (const [name, array] of Object.entries(arrays))
      if (!name.startsWith('curve/') && !(array.data instanceof Uint8Array))
        kept.arrays[name] = { shape: array.shape, data: array.data }
    return { checkpoint: kept, curves: curvesIn(arrays) }
  }
}

/** Deletes both, the one that says that there is one last: the run has its results. */
export async function removeCheckpoints(path: string): Promise<void> {
  for (const file of [otherOf(path), path]) await rm(file, { force: true })
  await removeUnfinished(path)
}

export function ownerOf(
  model: string,
  config: ModelConfig,
  seed: number,
  { hash, features, views }: Pick<TrainingData, 'hash' | 'features' | 'views'>,
): CheckpointOwner {
  const inputs = [...features, ...(views ? [{ name: 'views', hash: views.hash }] : [])]
  return {
    config: configHash(model, config, seed),
    data: sha256(JSON.stringify([hash, ...inputs.map((input) => [input.name, input.hash])])),
  }
}

/** Names a model, its configuration and its seed, whatever the order of its hyper-parameters. */
export function configHash(model: string, config: ModelConfig, seed: number): string {
  const sorted = Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256(JSON.stringify([model, sorted, seed]))
}

function curvesIn(arrays: Record<string, Tensor>): Series[] {
  return seriesNames.flatMap((name) => {
    const [x, y] = [arrays[`curve/${name}/x`], arrays[`curve/${name}/y`]]
    return x && y ? [{ name, x: Array.from(x.data), y: Array.from(y.data) }] : []
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function otherOf(path: string): string {
  return path.replace(/(\.[a-z]+)?$/, '.other$1')
}

async function newestFirst(paths: string[]): Promise<string[]> {
  const found: { path: string; at: number }[] = []
  for (const path of paths) {
    const at = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null, // not there
    )
    if (at !== null) found.push({ path, at })
  }
  return found.sort((a, b) => b.at - a.at).map(({ path }) => path)
}

/** What a killed process was writing. */
async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path)
  const stem = basename(path).replace(/\.[a-z]+$/, '')
  const names = await readdir(folder).catch(() => []) // no folder, nothing in it
  for (const name of names)
    if (name.startsWith(stem) && name.endsWith('.writing')) await rm(join(folder, name), { force: true })
}
