/**
 * libtensorflow through @tensorflow/tfjs-node-gpu, an optional dependency: it is loaded only here, only on demand, because its install
 * needs a download that may be out of reach, and its addon does not exist for every platform.
 */
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import * as tf from '@tensorflow/tfjs-core'

const PACKAGE = '@tensorflow/tfjs-node-gpu'

/** @throws Error saying why libtensorflow is not there and what would change that. */
export async function startTensorflow(): Promise<string> {
  const require = createRequire(import.meta.url)
  restoreRemovedNodeFunctions(require)
  try {
    require.resolve(`${PACKAGE}/package.json`)
  } catch {
    throw new Error(
      `${PACKAGE} is not installed: it is optional, and npm leaves it out where its download host cannot be reached. Run 'npm install' with network access to storage.googleapis.com.`,
    )
  }
  try {
    require(PACKAGE)
  } catch (error) {
    throw new Error(
      `${PACKAGE} is installed but does not load on ${platform()} ${arch()}: ${firstLine(error)}. ${remedy()}`,
    )
  }
  if (!(await tf.setBackend('tensorflow'))) throw new Error('tensorflow is loaded but its backend does not start.')
  return 'libtensorflow (the GPU where CUDA 11.2 and cuDNN 8.1 are found, otherwise all processor cores)'
}

/** tfjs-node 4.22 calls util.isNullOrUndefined and util.isArray, which Node 23 removed; it looks them up on the CommonJS object. */
function restoreRemovedNodeFunctions(require: NodeJS.Require): void {
  const util: Record<string, unknown> = require('node:util')
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] = Array.isArray
}

function remedy(): string {
  if (platform() === 'win32')
    return 'On Windows copy tensorflow.dll from its lib/napi-v10 folder to lib/napi-v8, then start again.'
  return 'Its addon or libtensorflow is missing: reinstall it with network access, or use wasm.'
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
