/**
 * Kernels that stock tfjs-backend-wasm 4.22 lacks or does badly for training, in TypeScript over its heap. The heap may move whenever
 * something is allocated, so views are made after the last allocation of a kernel and never kept.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import { addRows, copyRows } from './rows.ts'
import { batchedProduct } from './wasm-products.ts'

type Inputs = Record<string, tf.TensorInfo>
type Attributes = Record<string, unknown>
type Kernel = (wasm: BackendWasm, inputs: Inputs, attributes: Attributes) => tf.TensorInfo | null

let registered = false

/** Replaces the kernels below, once; one that answers null leaves the case to the stock kernel it replaced. */
export function registerWasmKernels(): void {
  if (registered) return
  registered = true
  for (const [kernelName, own] of Object.entries(kernels)) {
    const stock = tf.getKernel(kernelName, 'wasm')
    if (stock) tf.unregisterKernel(kernelName, 'wasm')
    tf.registerKernel({
      kernelName,
      backendName: 'wasm',
      ...(stock?.setupFunc ? { setupFunc: stock.setupFunc } : {}),
      kernelFunc: (call) => {
        const result = own(call.backend as BackendWasm, call.inputs as Inputs, call.attrs ?? {})
        if (result) return result
        if (!stock) throw new Error(`The wasm kernel ${kernelName} has no case for these arguments.`)
        return stock.kernelFunc(call)
      },
    })
  }
}

const kernels: Record<string, Kernel> = {
  /** Stock Identity copies, and every tensor saved for a gradient goes through it; a second reference is enough. */
  Identity: (wasm, { x }) => (x ? share(wasm, x) : null),

  Cast: (wasm, { x }, { dtype }) => (x && x.dtype === dtype ? share(wasm, x) : null),

  BatchMatMul: (wasm, { a, b }, { transposeA, transposeB }) =>
    a && b ? batchedProduct(wasm, a, b, Boolean(transposeA) || Boolean(transposeB)) : null,

  /** Whole rows along axis 0 are copied at once; the stock kernel walks element by element. */
  GatherV2: (wasm, { x, indices }, { axis, batchDims }) => {
    if (!x || !indices || x.dtype !== 'float32' || x.shape.length !== 2 || Number(axis) !== 0 || batchDims) return null
    if (indices.shape.length !== 1) return null
    const width = x.shape[1] ?? 0
    const out = wasm.makeOutput([indices.shape[0] ?? 0, width], 'float32')
    copyRows(floats(wasm, x), integers(wasm, indices), floats(wasm, out), width)
    return out
  },

  /** Missing in stock wasm; the gradient of a row gather. */
  UnsortedSegmentSum: (wasm, { x, segmentIds }, { numSegments }) => {
    if (!x || !segmentIds) return null
    const shape = [Number(numSegments), ...x.shape.slice(segmentIds.shape.length)]
    const out = wasm.makeOutput(shape, 'float32')
    floats(wasm, out).fill(0)
    addRows(floats(wasm, x), integers(wasm, segmentIds), floats(wasm, out), tf.util.sizeFromShape(shape.slice(1)))
    return out
  },
}

function share(wasm: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  wasm.incRef(x.dataId)
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
}

function floats(wasm: BackendWasm, x: tf.TensorInfo): Float32Array {
  const view = wasm.typedArrayFromHeap(x)
  if (!(view instanceof Float32Array)) throw new Error(`A float32 tensor was expected, not ${x.dtype}.`)
  return view
}

function integers(wasm: BackendWasm, x: tf.TensorInfo): Int32Array {
  const view = wasm.typedArrayFromHeap(x)
  if (!(view instanceof Int32Array)) throw new Error(`An int32 tensor was expected, not ${x.dtype}.`)
  return view
}
