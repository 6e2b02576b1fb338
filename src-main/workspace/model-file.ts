/**
 * A trained model as one file: weights, and what they are weights of. runs/<id>/weights.safetensors is such a file, and so is an exported model,
 * which says besides where it comes from; other programs read it as plain safetensors.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ModelConfig, ProtocolCard } from '../../src-preload/contract.ts'
import type { FitSummary, Snapshot } from '../learning/model.ts'
import { type CheckpointOwner, configHash } from './checkpoint-file.ts'
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts'
import { modelConfig, parseJson, protocolCard, type SchemaOf } from './schemas.ts'

/** The run an exported model comes from. */
export interface ModelOrigin {
  label: string
  /** What it was trained and evaluated under. */
  card: ProtocolCard
  /** How its training went; null where it did not finish. */
  fit: (Pick<FitSummary, 'parameters' | 'epochs' | 'bestEpoch' | 'backend' | 'stopped'> & { seconds: number }) | null
}

export interface ModelFile {
  /** Its id: 'transformer'. */
  model: string
  config: ModelConfig
  seed: number
  /** Hashes of the configuration with its seed, and of the data with its features. */
  owner: CheckpointOwner
  snapshot: Snapshot
  /** Null inside the workspace, where the run itself says it. */
  origin: ModelOrigin | null
}

const format = 'crossreel-model-1'
const stateSchema = v.record(v.string(), v.unknown())
const nullableNumber = v.nullable(v.number())
const originSchema: SchemaOf<ModelOrigin> = v.object({
  label: v.string(),
  card: protocolCard,
  fit: v.nullable(
    v.object({
      parameters: nullableNumber,
      epochs: nullableNumber,
      bestEpoch: nullableNumber,
      backend: v.string(),
      stopped: v.picklist(['finished', 'early-stopping', 'time-budget', 'median']),
      seconds: v.number(),
    }),
  ),
})

/** @throws the file system's error; a file that was there before is then as it was */
export async function writeModelFile(
  path: string,
  { model, config, seed, owner, snapshot, origin }: ModelFile,
): Promise<void> {
  await writeSafetensors(path, snapshot.arrays, {
    format,
    model,
    config: JSON.stringify(config),
    seed: String(seed),
    configHash: owner.config,
    dataHash: owner.data,
    state: JSON.stringify(snapshot.json),
    ...(origin === null ? {} : { origin: JSON.stringify(origin) }),
  })
}

/** @throws Error when the file is damaged, contradicts itself, or is no model of Crossreel */
export async function readModelFile(path: string): Promise<ModelFile> {
  const { arrays, metadata } = await readSafetensors(path)
  const { model, config, seed, configHash: named, dataHash, state, origin } = metadata
  if (metadata['format'] !== format || !model || !config || !seed || !named || !dataHash || !state)
    throw new Error(`${path} is no model of Crossreel. Choose a file that 'Export model' has written.`)
  const file: ModelFile = {
    model,
    config: parseJson(modelConfig, config, `The configuration in ${path}`),
    seed: Number(seed),
    owner: { config: named, data: dataHash },
    snapshot: { arrays: numbersIn(arrays), json: parseJson(stateSchema, state, `The state in ${path}`) },
    origin: origin === undefined ? null : parseJson(originSchema, origin, `The origin in ${path}`),
  }
  if (configHash(model, file.config, file.seed) !== named)
    throw new Error(
      `${path} contradicts itself: its weights are of another configuration or seed than it says. Export the model again.`,
    )
  return file
}

/**
 * Copies a model into a folder, under a name that is free there, with its origin; its checksum is checked on the way.
 * @returns the path
 */
export async function exportModelFile(from: string, folder: string, origin: ModelOrigin): Promise<string> {
  const file = await readModelFile(from)
  const name = `${origin.label} seed ${file.seed}`
  const stem = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model'
  let path = join(folder, `${stem}.safetensors`)
  for (let n = 2; existsSync(path); n++) path = join(folder, `${stem}-${n}.safetensors`)
  await writeModelFile(path, { ...file, origin })
  return path
}

function numbersIn(arrays: Record<string, Tensor>): Snapshot['arrays'] {
  const numbers: Snapshot['arrays'] = {}
  for (const [name, { shape, data }] of Object.entries(arrays))
    if (!(data instanceof Uint8Array)) numbers[name] = { shape, data }
  return numbers
}
