// Which backend is taken, what an install lacks, what a device is called: everything around a backend that needs none.
import { expect, test, vi } from 'vitest'
import { firstThatComputes, WrongResultError } from '../../../src-main/learning/backends/choose.ts'
import type { BackendChoice, BackendId } from '../../../src-main/learning/backends/choose.ts'
import { DeviceLostError, unlessLost } from '../../../src-main/learning/backends/device.ts'
import { readCard } from '../../../src-main/learning/backends/nvidia.ts'
import { absence, damage } from '../../../src-main/learning/backends/tensorflow-package.ts'
import type { Install } from '../../../src-main/learning/backends/tensorflow-package.ts'
import { isSoftware, nameOf } from '../../../src-main/learning/backends/webgpu.ts'
import { selfTestValues } from '../../golden/self-test-values.ts'
import stored from '../../../src-main/learning/backends/self-test.json' with { type: 'json' }

/** How each behaves: it starts, is not there, computes wrongly, or starts only where it was asked for by name. */
type Ways = Partial<Record<BackendId, 'absent' | 'wrong' | 'named only'>>

function choose(choice: BackendChoice, ways: Ways): Promise<{ started: BackendId; notes: string[] }> {
  return firstThatComputes(choice, async (id, named) => {
    const way = ways[id]
    if (way === 'absent') throw new Error(`${id} is not there.`)
    if (way === 'wrong') throw new WrongResultError(`${id} computes wrongly.`)
    if (way === 'named only' && !named) throw new Error(`${id} is slow.`)
    return id
  })
}

test.each<[BackendChoice, Ways, BackendId, string[]]>([
  ['auto', {}, 'tensorflow', []],
  ['auto', { tensorflow: 'absent' }, 'webgpu', []],
  ['auto', { tensorflow: 'absent', webgpu: 'named only' }, 'wasm', []],
  ['webgpu', { webgpu: 'named only' }, 'webgpu', []],
  ['cpu', {}, 'cpu', []],
  [
    'auto',
    { tensorflow: 'wrong', webgpu: 'absent' },
    'wasm',
    ['tensorflow computes wrongly. This run computes on wasm instead.'],
  ],
  ['webgpu', { webgpu: 'wrong' }, 'wasm', ['webgpu computes wrongly. This run computes on wasm instead.']],
  [
    'tensorflow',
    { tensorflow: 'wrong', webgpu: 'named only', wasm: 'wrong' },
    'cpu',
    [
      'tensorflow computes wrongly. This run computes on cpu instead.',
      'wasm computes wrongly. This run computes on cpu instead.',
    ],
  ],
])('%s with %j starts %s', async (choice, ways, started, notes) => {
  expect(await choose(choice, ways)).toEqual({ started, notes })
})

test('a backend asked for by name that is not there is refused with its reason, not replaced', async () => {
  await expect(choose('webgpu', { webgpu: 'absent' })).rejects.toThrow('webgpu is not there.')
})

test('where none starts every reason is said', async () => {
  const all: Ways = { tensorflow: 'absent', webgpu: 'absent', wasm: 'wrong', cpu: 'wrong' }
  await expect(choose('auto', all)).rejects.toThrow(
    'No backend started. tensorflow: tensorflow is not there. webgpu: webgpu is not there. wasm: wasm computes wrongly. cpu: cpu computes wrongly.',
  )
})

const whole: Install = {
  name: '@tensorflow/tfjs-node-gpu',
  folder: '/n/tfjs-node-gpu',
  platform: 'linux',
  arch: 'x64',
  napi: 10,
  files: ['lib/napi-v8/tfjs_binding.node', 'deps/lib/libtensorflow.so.2.9.1', 'deps/lib/libtensorflow_framework.so.2'],
}
const windows: Install = {
  ...whole,
  platform: 'win32',
  files: ['lib/napi-v8/tfjs_binding.node', 'lib/napi-v8/tensorflow.dll'],
}

test.each<[string, Install, string | null]>([
  ['whole on Linux', whole, null],
  ['whole on Windows', windows, null],
  [
    'whole on a Mac',
    {
      ...whole,
      name: '@tensorflow/tfjs-node',
      platform: 'darwin',
      arch: 'arm64',
      files: ['lib/napi-v8/tfjs_binding.node', 'deps/lib/libtensorflow.2.dylib'],
    },
    null,
  ],
  [
    'without its addon',
    { ...whole, files: [] },
    "@tensorflow/tfjs-node-gpu lies in /n/tfjs-node-gpu without its addon: its install was cut off. Run 'npm rebuild @tensorflow/tfjs-node-gpu' with network access to storage.googleapis.com.",
  ],
  [
    'without its library',
    { ...whole, files: whole.files.slice(0, 1) },
    "@tensorflow/tfjs-node-gpu lies in /n/tfjs-node-gpu without libtensorflow: its download was cut off. Run 'npm rebuild @tensorflow/tfjs-node-gpu' with network access to storage.googleapis.com.",
  ],
  [
    'with the library beside another addon',
    { ...windows, files: ['lib/napi-v8/tfjs_binding.node', 'lib/napi-v10/tensorflow.dll'] },
    'tensorflow.dll lies in /n/tfjs-node-gpu/lib/napi-v10 and its addon looks for it in /n/tfjs-node-gpu/lib/napi-v8: this happens with Node-API 10. Copy tensorflow.dll there, then start again.',
  ],
  [
    'on Windows without the library',
    { ...windows, files: ['lib/napi-v8/tfjs_binding.node'] },
    "@tensorflow/tfjs-node-gpu lies in /n/tfjs-node-gpu without tensorflow.dll. Run 'npm rebuild @tensorflow/tfjs-node-gpu' with network access to storage.googleapis.com.",
  ],
  [
    'for a GPU where there can be none',
    { ...whole, platform: 'darwin', arch: 'arm64' },
    '@tensorflow/tfjs-node-gpu is for Linux and Windows on x64, not for darwin arm64. Install @tensorflow/tfjs-node instead.',
  ],
])('an install of TensorFlow %s', (_, install, sentence) => {
  expect(damage(install)).toBe(sentence)
})

test('where TensorFlow is not installed, the command that installs it is named, and CUDA where that can be', () => {
  vi.stubEnv('CROSSREEL_TENSORFLOW', '')
  expect(absence('linux', 'x64')).toMatch(
    /'npm install --no-save @tensorflow\/tfjs-node@4\.22\.0'.*NVIDIA driver, CUDA 11\.2 and cuDNN 8\.1\.$/,
  )
  expect(absence('darwin', 'arm64')).not.toMatch(/CUDA/)
  vi.stubEnv('CROSSREEL_TENSORFLOW', '/opt/tf')
  expect(absence('linux', 'x64')).toMatch(
    /^CROSSREEL_TENSORFLOW names \/opt\/tf, but neither .* Run 'npm install @tensorflow\/tfjs-node@4\.22\.0' in that folder/,
  )
  vi.unstubAllEnvs()
})

test.each([
  ['NVIDIA GeForce RTX 3080, 10240\n', { name: 'NVIDIA GeForce RTX 3080', memoryBytes: 10240 * 2 ** 20 }],
  ['NVIDIA A100-SXM4-80GB, 81920\nNVIDIA T4, 15360\n', { name: 'NVIDIA A100-SXM4-80GB', memoryBytes: 81920 * 2 ** 20 }],
  ['NVIDIA-SMI has failed because it could not communicate with the driver.\n', null],
])('a graphics card as its driver tells of it: %j', (said, card) => {
  expect(readCard(said)).toEqual(card)
})

const adapter = {
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  isFallbackAdapter: false,
} as GPUAdapterInfo

test.each<[Partial<GPUAdapterInfo>, string, boolean]>([
  [
    { vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA GeForce RTX 3080' },
    'WebGPU on NVIDIA GeForce RTX 3080 (ampere)',
    false,
  ],
  [{ vendor: 'apple', architecture: 'metal-3' }, 'WebGPU on apple (metal-3)', false],
  [{ vendor: 'google', architecture: 'swiftshader' }, 'WebGPU on google (swiftshader), in software', true],
  [
    { vendor: 'mesa', description: 'llvmpipe (LLVM 15.0.6, 256 bits)' },
    'WebGPU on llvmpipe (LLVM 15.0.6, 256 bits), in software',
    true,
  ],
  [{ isFallbackAdapter: true, description: 'x' }, 'WebGPU on x, in software', true],
  [{}, 'WebGPU on an adapter without a name', false],
])('a graphics adapter %j is called %s', (part, name, software) => {
  const info = { ...adapter, ...part } as GPUAdapterInfo
  expect(nameOf(info)).toBe(name)
  expect(isSoftware(info)).toBe(software)
})

test('what waits for a device that is lost fails with its sentence, whichever is heard first', async () => {
  expect(await unlessLost(null, Promise.resolve(1))).toBe(1)
  expect(await unlessLost(new Promise(() => undefined), Promise.resolve(2))).toBe(2)
  const never = new Promise<never>(() => undefined)
  await expect(unlessLost(Promise.resolve('It is gone.'), never)).rejects.toEqual(new DeviceLostError('It is gone.'))
  const soon = new Promise<string>((resolve) => setTimeout(() => resolve('It is gone.'), 20))
  await expect(unlessLost(soon, Promise.reject(new Error('mapAsync failed')))).rejects.toThrow('It is gone.')
  await expect(unlessLost(never, Promise.reject(new Error('another error')))).rejects.toThrow('another error')
})

test('the self-test is the golden case it was made from', () => {
  expect(stored).toEqual(selfTestValues())
})
