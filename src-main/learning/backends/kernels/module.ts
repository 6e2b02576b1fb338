/** The compiled kernels: which build this machine runs, and what it exports. */
import * as binaries from './binaries.ts'

/** Kernels that write into the heap. Their arguments are pointers (bytes from the heap's start), sizes and factors; see assembly/. */
export const kernelNames = [
  'addDropout',
  'addScaled',
  'adam',
  'attend',
  'attendGradient',
  'binaryLoss',
  'columnSums',
  'copyBlock',
  'gatherRows',
  'gelu',
  'gemm',
  'multiply',
  'norm',
  'normGradient',
  'scaleRows',
  'segmentSum',
  'softmaxLoss',
  'softmaxLossGradient',
  'sumSquares',
] as const
export type KernelName = (typeof kernelNames)[number]

/** How much room a kernel needs. */
interface Measures {
  attentionScratch(length: number, width: number): number
  attentionWeights(length: number, block: number): number
  gemmScratch(): number
  normBlocks(rows: number): number
  squareBlocks(size: number): number
}

export type KernelExports = Record<KernelName, (...args: number[]) => void> & Measures

export interface KernelModule {
  module: WebAssembly.Module
  /** Whether a multiplication and an addition are one instruction: last digits differ from the build where they are two. */
  relaxed: boolean
}

/** The fastest build that this machine can run over a heap of that kind, or null where it has no SIMD. */
export function compileKernels(shared: boolean): KernelModule | null {
  const builds = shared ? [binaries.relaxedShared, binaries.simdShared] : [binaries.relaxed, binaries.simd]
  for (const [i, base64] of builds.entries()) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    if (WebAssembly.validate(bytes)) return { module: new WebAssembly.Module(bytes), relaxed: i === 0 }
  }
  return null
}

/** The kernels over a heap. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  return exports as unknown as KernelExports // made by tools/build-kernels.ts from the functions declared here
}
