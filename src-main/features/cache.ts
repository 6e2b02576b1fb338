/** Feature tables on disk: `<hash>.safetensors` in the workspace's features/ folder, named by what made them. */
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FeatureTable } from '../learning/data.ts'
import { readSafetensors, SafetensorsError, writeSafetensors } from '../workspace/safetensors.ts'

/** SHA-256 over the parts, each with its length in front, so that no two lists of parts look alike. */
export function hashOf(parts: string[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part)
  return hash.digest('hex')
}

export type EncodedTable = Pick<FeatureTable, 'dim' | 'rows' | 'present'>

/** The table of this hash: from the cache, or encoded and cached. A damaged cache file is encoded anew. */
export async function cachedTable(
  folder: string,
  name: string,
  hash: string,
  encode: () => Promise<EncodedTable>,
): Promise<FeatureTable> {
  const path = join(folder, `${hash}.safetensors`)
  const stored = await readTable(path, name)
  if (stored) return { name, ...stored, hash }
  const made = await encode()
  await mkdir(folder, { recursive: true })
  await writeSafetensors(
    path,
    {
      rows: { shape: [made.present.length, made.dim], data: made.rows },
      present: { shape: [made.present.length], data: made.present },
    },
    { table: name },
  )
  return { name, ...made, hash }
}

/** Null when there is no such file or it is damaged: then it is made again. Other failures of the file system are thrown. */
async function readTable(path: string, name: string): Promise<EncodedTable | null> {
  try {
    const { arrays, metadata } = await readSafetensors(path)
    const rows = arrays['rows']
    const present = arrays['present']
    const dim = rows?.shape[1]
    if (
      metadata['table'] !== name ||
      dim === undefined ||
      !(rows?.data instanceof Float32Array) ||
      !(present?.data instanceof Uint8Array) ||
      rows.shape[0] !== present.data.length
    )
      return null
    return { dim, rows: rows.data, present: present.data }
  } catch (error) {
    if (error instanceof SafetensorsError) return null
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
