/** Runs in a page that is isolated from other origins: a product by three threads over one heap, beside the same by the page's own thread. */
import { Crew } from '../../../src-main/learning/backends/kernels/crew.ts'
import { compileKernels, instantiate } from '../../../src-main/learning/backends/kernels/module.ts'
import { canShare } from '../../../src-main/learning/backends/kernels/shared-heap.ts'

const [m, n, k] = [128, 64, 256]
const MiB = 1 << 20
const [a, b, c] = [64, 2 * MiB, 4 * MiB]

async function multiply(): Promise<object> {
  const memory = new WebAssembly.Memory({ initial: 512, maximum: 65536, shared: true })
  const compiled = compileKernels(true)
  if (!compiled) throw new Error('There is no build for this browser.')
  const kernels = instantiate(compiled.module, memory)
  const crew = await Crew.start(kernels, compiled.module, memory, 3)
  const heap = new Float32Array(memory.buffer)
  for (let i = 0; i < (4 * MiB) / 4; i++) heap[i] = Math.sin(i)
  const rows = (from: number, to: number, share: number): number[] =>
    [a, k, 0, b, n, 0, c, n, from, to, 0, n, k, 0, 0, (8 + 4 * share) * MiB] // prettier-ignore
  const result = (): Float32Array => heap.slice(c / 4, c / 4 + m * n)
  kernels.gemm(...rows(0, m, 0))
  const alone = result()
  let different = 0
  for (let round = 0; round < 200; round++) {
    heap.fill(0, c / 4, c / 4 + m * n)
    crew.run('gemm', [rows(0, 44, 0), rows(44, 88, 1), rows(88, m, 2)])
    different += result().reduce((count, value, i) => count + (value === alone[i] ? 0 : 1), 0)
  }
  crew.dispose()
  return { isolated: crossOriginIsolated, shares: canShare(), different, nonZero: alone.some((value) => value !== 0) }
}

multiply().then(
  (outcome) => (document.title = JSON.stringify(outcome)),
  (error: unknown) => (document.title = String(error)),
)
