/** WebAssembly with SIMD: runs on every processor, needs nothing installed. One thread, because TensorFlow.js has no threads under Node. */
import * as tf from '@tensorflow/tfjs-core'
import { registerWasmKernels } from './wasm-kernels.ts'

/** @throws Error when WebAssembly does not start; the binary lies inside the package, nothing is fetched. */
export async function startWasm(): Promise<string> {
  await import('@tensorflow/tfjs-backend-wasm')
  if (!(await tf.setBackend('wasm'))) throw new Error('The WebAssembly backend does not start. Reinstall the packages.')
  registerWasmKernels()
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')
  return simd ? 'WebAssembly with SIMD, one thread' : 'WebAssembly without SIMD, one thread'
}
