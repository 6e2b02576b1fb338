/**
 * WebGPU: in a page the browser's own, in plain Node Dawn's package `webgpu`, which is optional. Nothing is ever read from it synchronously. In
 * Electron's processes Dawn cannot run (V8 refuses there memory that others have made): there a hidden page computes (jobs/compute.ts).
 */
import * as tf from '@tensorflow/tfjs-core'
import { sentenceOf } from './choose.ts'
import { IN_SOFTWARE } from './device.ts'
import type { Device } from './device.ts'
import { builtin, host, inElectron } from './host.ts'

/** The device at work; null before the first start, and after it was lost. */
let current: Device | null = null
/** Dawn's instance lives as long as its adapters are used. */
let dawn: GPU | null = null

/**
 * @param named false: an adapter that is only a program on the processor is refused, because wasm is faster
 * @throws Error saying why there is no WebGPU here and what would change that
 */
export async function startWebgpu(named = true): Promise<Device> {
  if (!named && host && !hasGraphics()) throw new Error('There is no graphics card here for WebGPU.')
  const adapter = await findAdapter()
  if (!named && isSoftware(adapter.info))
    throw new Error(`WebGPU has only a software adapter here (${nameOf(adapter.info)}), which is slower than wasm.`)
  if (current && (await tf.setBackend('webgpu'))) return current
  return start(adapter)
}

/** The name of an adapter that is only a program on the processor; null where there is a graphics card. @throws as `startWebgpu` */
export async function softwareAdapter(): Promise<string | null> {
  const { info } = await findAdapter()
  return isSoftware(info) ? nameOf(info) : null
}

async function start(adapter: GPUAdapter): Promise<Device> {
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu')
  const device = await adapter.requestDevice({ requiredLimits: limitsOf(adapter.limits) })
  tf.removeBackend('webgpu') // the package's own, which tells nobody when its device is lost; or one that was lost
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info))
  if (!(await tf.setBackend('webgpu'))) throw new Error('WebGPU has an adapter, but its backend does not start.')
  const name = nameOf(adapter.info)
  const lost = device.lost.then(({ message, reason }) => {
    current = null
    const said = message.trim().replace(/\.?$/, '.')
    const why = reason === 'destroyed' || said === '.' ? '' : ` The driver says: ${said}`
    return `The graphics device (${name}) was lost while it computed.${why} Resume the run: it goes on from its last checkpoint. If that happens again, choose a smaller batch, update the graphics driver, or choose wasm.`
  })
  current = { name, memoryBytes: null, lost }
  return current
}

/** As large as the adapter allows; the standard's own limits are too small for item tables. */
function limitsOf(limits: GPUSupportedLimits): Record<string, number> {
  const names = [
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxStorageBufferBindingSize',
    'maxBufferSize',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ] as const
  return Object.fromEntries(names.map((name) => [name, limits[name]]))
}

async function findAdapter(): Promise<GPUAdapter> {
  if (host && !dawn) await installDawn()
  const gpu: GPU | undefined = globalThis.navigator?.gpu
  if (!gpu)
    throw new Error('This page has no WebGPU. Update the browser or Crossreel, or allow hardware acceleration in it.')
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter)
    throw new Error(
      'WebGPU finds no graphics adapter. Install or update the graphics driver (on Linux its Vulkan part, on Windows Direct3D 12), or use wasm.',
    )
  return adapter
}

/** Whether it is worth the time to load Dawn: on Linux a graphics card is a file. */
function hasGraphics(): boolean {
  const { existsSync } = builtin('node:fs')
  return host?.platform !== 'linux' || ['/dev/dri', '/dev/nvidiactl', '/dev/dxg'].some((file) => existsSync(file))
}

/** Before TensorFlow.js's backend is loaded, which looks for `navigator.gpu` then. */
async function installDawn(): Promise<void> {
  if (inElectron())
    throw new Error('In this process WebGPU cannot run: Crossreel computes with it in a hidden page of its own.')
  const name = 'webgpu' // not a literal: a page's bundle must not hold it
  let loaded: typeof import('webgpu')
  try {
    loaded = await import(/* @vite-ignore */ name)
  } catch (error) {
    const [line = ''] = sentenceOf(error).split('\n')
    throw new Error(
      `WebGPU outside a page needs the optional package 'webgpu', which does not load here (${line.replace(/\.$/, '')}). Run 'npm install', or use the desktop app.`,
      { cause: error },
    )
  }
  Object.assign(globalThis, loaded.globals)
  dawn = loaded.create([])
  Object.defineProperty(globalThis.navigator, 'gpu', { value: dawn, configurable: true })
}

/** 'WebGPU on NVIDIA GeForce RTX 3080 (ampere)'. */
export function nameOf(info: GPUAdapterInfo): string {
  const { vendor, architecture, device, description } = info
  const name = description || device || vendor || 'an adapter without a name'
  const kind = architecture && !name.toLowerCase().includes(architecture.toLowerCase()) ? ` (${architecture})` : ''
  return `WebGPU on ${name}${kind}${isSoftware(info) ? IN_SOFTWARE : ''}`
}

/** A program that stands in for a graphics card. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  const { vendor, architecture, device, description } = info
  const words = [vendor, architecture, device, description].join(' ').toLowerCase()
  return info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|softpipe|basic render|warp\b/.test(words)
}
