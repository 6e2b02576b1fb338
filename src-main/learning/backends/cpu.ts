/** Plain JavaScript: slow, always there, and the reference that the other backends are tested against. */
import * as tf from '@tensorflow/tfjs-core'
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu.js'
import { addRows } from './rows.ts'

/** @throws Error when the backend cannot be registered. */
export async function startCpu(): Promise<string> {
  await import('@tensorflow/tfjs-backend-cpu')
  if (!(await tf.setBackend('cpu'))) throw new Error('The plain JavaScript backend does not start.')
  registerSegmentSum()
  return 'plain JavaScript, one thread'
}

/** Stock UnsortedSegmentSum makes one pass over all rows for every segment: with 3,600 items that is 3,600 passes. */
function registerSegmentSum(): void {
  tf.unregisterKernel('UnsortedSegmentSum', 'cpu')
  tf.registerKernel({
    kernelName: 'UnsortedSegmentSum',
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const cpu = backend as MathBackendCPU
      const { x, segmentIds } = inputs as { x: tf.TensorInfo; segmentIds: tf.TensorInfo }
      const shape = [Number(attrs?.['numSegments']), ...x.shape.slice(segmentIds.shape.length)]
      const out = new Float32Array(tf.util.sizeFromShape(shape))
      addRows(
        cpu.readSync(x.dataId) as Float32Array,
        cpu.readSync(segmentIds.dataId) as Int32Array,
        out,
        tf.util.sizeFromShape(shape.slice(1)),
      )
      return cpu.makeTensorInfo(shape, 'float32', out)
    },
  })
}
