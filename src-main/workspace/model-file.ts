/**
 * A trained model as one file: weights, and what they are weights of. runs/<id>/weights.safetensors is such a file, and so is an exported model;
 * other programs read it as plain safetensors.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { ModelConfig } from '../../src-preload/contract.ts'
import type { Snapshot } from '../learning/model.ts'
import type { CheckpointOwner } from './checkpoint-file.ts'
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts'
import { modelConfig, parseJson } from './schemas.ts'

export interface ModelFile {
  /** Its id: 'transformer'. */
  model: string
  config: ModelConfig
  seed: number
  /** Hashes of the configuration with its seed, and of the data with its features. */
  owner: CheckpointOwner
  snapshot: Snapshot
}

const format = 'crossreel-model-1'
const stateSchema = v.record(v.string(), v.unknown())

/** @throws the file system's error; a file that was there before is then as it was */
export async function writeModelFile(path: string, { model, config, seed, owner, snapshot }: ModelFile): Promise<void> {
  await writeSafetensors(path, snapshot.arrays, {
    format,
    model,
    config: JSON.stringify(config),
    seed: String(seed),
    configHash: owner.config,
    dataHash: owner.data,
    state: JSON.stringify(snapshot.json),
  })
}

/** @throws Error when the file is damaged or no model of Crossreel */
export async function readModelFile(path: string): Promise<ModelFile> {
  const { arrays, metadata } = await readSafetensors(path)
  const { model, config, seed, configHash, dataHash, state } = metadata
  if (metadata['format'] !== format || !model || !config || !seed || !configHash || !dataHash || !state)
    throw new Error(`${path} is no model of Crossreel. Choose a file that 'Export model' has written.`)
  return {
    model,
    config: parseJson(modelConfig, config, `The configuration in ${path}`),
    seed: Number(seed),
    owner: { config: configHash, data: dataHash },
    snapshot: { arrays: numbersIn(arrays), json: parseJson(stateSchema, state, `The state in ${path}`) },
  }
}

/** Copies a model into a folder under a name that is free there; its checksum is checked on the way. @returns the path */
export async function exportModelFile(from: string, folder: string, name: string): Promise<string> {
  const file = await readModelFile(from)
  const stem = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '') || 'model'
  let path = join(folder, `${stem}.safetensors`)
  for (let n = 2; existsSync(path); n++) path = join(folder, `${stem}-${n}.safetensors`)
  await writeModelFile(path, file)
  return path
}

function numbersIn(arrays: Record<string, Tensor>): Snapshot['arrays'] {
  const numbers: Snapshot['arrays'] = {}
  for (const [name, { shape, data }] of Object.entries(arrays))
    if (!(data instanceof Uint8Array)) numbers[name] = { shape, data }
  return numbers
}
