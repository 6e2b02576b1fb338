/**
 * Puts operations of ours into tfjs-backend-wasm: those over our kernels where the machine has SIMD, and in plain TypeScript the one that the stock
 * backend lacks altogether.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'
import type { KernelHeap } from './kernels/kernel-heap.ts'
import { ownOperations } from './kernels/own-operations.ts'
import { replacedOperations } from './kernels/replaced-operations.ts'
import type { Attributes, Inputs, Operation } from './kernels/replaced-operations.ts'
import { kernelNameOf, ownOperationsEnabled } from './own.ts'
import type { OwnOperation } from './own.ts'
import { addRows } from './rows.ts'

/** Before the kernels: the gradient of a row gather, which stock wasm has no operation for. */
export function registerSegmentSum(): void {
  if (tf.getKernel('UnsortedSegmentSum', 'wasm')) return
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const wasm = backend as BackendWasm
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
      const shape = [Number(attrs?.['numSegments']), ...x.shape.slice(segmentIds.shape.length)]
      const out = wasm.makeOutput(shape, 'float32')
      // views are made after the last allocation: the heap may move
      const [from, ids, to] = [x, segmentIds, out].map((t) => wasm.typedArrayFromHeap(t))
      const sums = (to as Float32Array).fill(0)
      addRows(from as Float32Array, ids as Int32Array, sums, tf.util.sizeFromShape(shape.slice(1)))
      return out
    },
  })
}

/** Once: replaces stock operations, each of which still does what ours answers null to, and adds the layers. */
export function registerKernels(heap: KernelHeap): void {
  for (const [name, operation] of Object.entries(replacedOperations)) replace(heap, name, operation)
  for (const [name, operation] of Object.entries(ownOperations))
    tf.registerKernel({
      kernelName: kernelNameOf(name as OwnOperation), // the record's own keys
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs }) => compute(heap, name, operation, inputs, attrs),
    })
}

function replace(heap: KernelHeap, kernelName: string, operation: Operation): void {
  const stock = tf.getKernel(kernelName, 'wasm')
  if (stock) tf.unregisterKernel(kernelName, 'wasm')
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    ...(stock?.setupFunc ? { setupFunc: stock.setupFunc } : {}),
    kernelFunc: (call) => {
      const result = ownOperationsEnabled() ? operation(heap, call.inputs as Inputs, call.attrs ?? {}) : null
      return result ?? stock?.kernelFunc(call) ?? compute(heap, kernelName, operation, call.inputs, call.attrs)
    },
  })
}

function compute(
  heap: KernelHeap,
  name: string,
  operation: Operation,
  inputs: object,
  attributes: Attributes | undefined,
): tf.TensorInfo | tf.TensorInfo[] {
  const result = operation(heap, inputs as Inputs, attributes ?? {})
  if (!result) throw new Error(`The operation ${name} has no case for these arguments.`)
  return result
}
