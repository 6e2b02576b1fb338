/** What NVIDIA's driver says of its graphics cards. */
import { builtin } from './host.ts'

export interface NvidiaCard {
  name: string
  memoryBytes: number
}

/** Milliseconds: the tool answers at once, or the driver is stuck. */
const PATIENCE = 3000

/** @returns the first card; null where there is no driver or it does not answer */
export async function nvidiaCard(): Promise<NvidiaCard | null> {
  const { execFile } = builtin('node:child_process')
  const asked = ['--query-gpu=name,memory.total', '--format=csv,noheader,nounits']
  return new Promise((resolve) =>
    execFile('nvidia-smi', asked, { timeout: PATIENCE, windowsHide: true }, (error, said) =>
      resolve(error ? null : readCard(said)),
    ),
  )
}

/** @param said 'NVIDIA GeForce RTX 3080, 10240': name and MiB, a line for each card */
export function readCard(said: string): NvidiaCard | null {
  const [, name, mebibytes] = /^(.+), (\d+)\s*$/m.exec(said) ?? []
  return name && mebibytes ? { name: name.trim(), memoryBytes: Number(mebibytes) * 2 ** 20 } : null
}
