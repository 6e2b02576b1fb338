/**
 * Batched matrix products on wasm. The stock kernel has a fast path (XNNPACK) for a single plain product only and multiplies batches in a scalar
 * loop, seven times slower. So a batch is given to it matrix by matrix: each is announced as a tensor of its own that lies inside the batch's
 * memory, without a copy.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm'

/** (a, shape of a, rank, b, shape of b, rank, transpose a, transpose b, out); ids of announced tensors, shapes as int32 bytes */
type Product = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: number,
  transposeB: number,
  out: number,
) => void

/** Far above the ids that the backend itself counts up from 1. */
const A = 0x40000000
const B = A + 1
const OUT = A + 2
const BYTES = 4

let product: Product | null = null

/** @param a [..., n, k] @param b [..., k, m] with the same leading dimensions @returns [..., n, m]; null where the stock kernel is as good */
export function batchedProduct(
  wasm: BackendWasm,
  a: TensorInfo,
  b: TensorInfo,
  transposed: boolean,
): TensorInfo | null {
  const outer = a.shape.slice(0, -2)
  const batch = outer.reduce((size, n) => size * n, 1)
  if (transposed || batch < 2 || outer.join() !== b.shape.slice(0, -2).join()) return null
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return null
  const [n, k] = [a.shape.at(-2) ?? 0, a.shape.at(-1) ?? 0]
  const m = b.shape.at(-1) ?? 0
  if (b.shape.at(-2) !== k) return null // the stock kernel has the sentence for this
  const out = wasm.makeOutput([...outer, n, m], 'float32')
  const multiply = (product ??= stockProduct(wasm))
  const { tfjs } = wasm.wasm
  const [fromA, fromB, to] = [a, b, out].map(({ dataId }) => wasm.getMemoryOffset(dataId)) as [number, number, number]
  const aShape = bytesOf([1, n, k])
  const bShape = bytesOf([1, k, m])
  for (let i = 0; i < batch; i++) {
    tfjs.registerTensor(A, n * k, fromA + i * n * k * BYTES)
    tfjs.registerTensor(B, k * m, fromB + i * k * m * BYTES)
    tfjs.registerTensor(OUT, n * m, to + i * n * m * BYTES)
    multiply(A, aShape, 3, B, bShape, 3, 0, 0, OUT)
    tfjs.disposeData(A)
    tfjs.disposeData(B) // drops the packed copy that XNNPACK keeps of it, too
    tfjs.disposeData(OUT)
  }
  return out
}

/** The package's types leave out what Emscripten adds to every module. */
function stockProduct(wasm: BackendWasm): Product {
  const module = wasm.wasm as unknown as { cwrap(name: string, returns: null, types: string[]): Product }
  const types = ['number', 'array', 'number', 'number', 'array', 'number', 'number', 'number', 'number']
  return module.cwrap('BatchMatMul', null, types)
}

function bytesOf(shape: number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(shape).buffer)
}
