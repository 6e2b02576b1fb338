import { expect, test } from 'vitest'
import type { BackendInfo } from '../../../src-preload/contract.ts'
import { models } from '../../../src-main/learning/models/index.ts'
import { ablationRuns } from '../../../src-main/learning/models/transformer.ts'
import { durationText, estimatesOf } from '../../../src-main/workbench/estimates.ts'
import { planRuns } from '../../../src-main/workbench/experiments.ts'
import { modelConfigOf } from '../../../src-main/workbench/model-config.ts'

test('every model and every preset fits its own table, and defaults fill what is not given', () => {
  for (const model of models) {
    const complete = modelConfigOf(model.id, {})
    expect(Object.keys(complete)).toEqual(model.hyperParameters.map((row) => row.key))
    for (const preset of model.presets) expect(modelConfigOf(model.id, preset.config)).toMatchObject(preset.config)
  }
})

test.each([
  ['nosuch', {}, /There is no model 'nosuch'/],
  ['transformer', { layer: 2 }, /Transformer.*has no hyper-parameter 'layer'\. It has: .*layers/],
  ['transformer', { layers: 2.5 }, /Layers is 2\.5\. Give a whole number from 1 to/],
  ['transformer', { layers: '2' }, /Layers is '2'\. Give a whole number/],
  ['transformer', { dropout: Number.NaN }, /Dropout is NaN\. Give a number from/],
  ['transformer', { text: 1 }, /Text is 1\. Give true or false/],
  ['transformer', { fusion: 'max' }, /Fusion is 'max'\. Give one of: sum, tokens/],
  ['popularity', { k: 1 }, /has no hyper-parameter 'k'/],
])('%s refuses %j with a sentence that names the field', (model, config, sentence) => {
  expect(() => modelConfigOf(model, config)).toThrow(sentence)
})

test('an ablation takes one part away at a time and keeps the rest', () => {
  const config = modelConfigOf('transformer', { layers: 3, text: false })
  const rows = ablationRuns(config)
  expect(rows.map((row) => row.label)).toEqual([
    'Full model',
    'Without cross-domain',
    'Merged, without sharing',
    'Without text',
    'Without images',
    'Without text and images',
    'Shuffled features',
    'Noise features',
  ])
  const [full, ...others] = rows
  const whole = { crossDomain: 'sharing', text: true, image: true, shuffleFeatures: false, noiseFeatures: false }
  expect(full!.config).toEqual({ ...config, ...whole })
  for (const row of others) {
    const differing = Object.keys(config).filter((key) => row.config[key] !== full!.config[key])
    expect(differing).toHaveLength(row.label === 'Without text and images' ? 2 : 1)
    expect(modelConfigOf('transformer', row.config)).toEqual(row.config)
  }
})

test('models without chance run once, the others once a seed, in the order asked for', () => {
  const runs = ['popularity', 'ials', 'ease'].map((model) => ({ model, label: model, config: {} }))
  expect(planRuns({ runs, seeds: [7, 8] }).map(({ model, seed }) => `${model} ${seed}`)).toEqual([
    'popularity 7',
    'ials 7',
    'ials 8',
    'ease 7',
  ])
})

test.each([
  [0.2, 'a few seconds'],
  [31, 'about 30 seconds'],
  [58, 'about a minute'],
  [125, 'about 2 minutes'],
  [7200, 'about 2 hours'],
  [400_000, 'about 5 days'],
])('%d s is %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text)
})

test('an estimate names its backend, and says why where there is none', () => {
  const prepared = { users: 100, items: 500, events: 5000 }
  const run = { model: 'transformer', label: 'T', config: modelConfigOf('transformer', {}) }
  const wasm = {
    id: 'wasm',
    available: true,
    device: '',
    reason: null,
    gflops: 40,
    samplesPerSecond: null,
    memoryBytes: null,
  } as const
  const tensorflow = {
    id: 'tensorflow',
    available: false,
    device: '',
    reason: 'It is not installed.',
    gflops: null,
    samplesPerSecond: null,
    memoryBytes: null,
  } as const
  const [automatic] = estimatesOf([run], prepared, 'auto', [tensorflow, wasm])
  expect(automatic!.text).toMatch(/ on wasm(;|$)/)
  expect(automatic!.seconds).toBeGreaterThan(0)
  expect(automatic!.parameters).toBeGreaterThan(1000)
  const [none] = estimatesOf([run], prepared, 'tensorflow', [tensorflow, wasm])
  expect(none).toMatchObject({ seconds: null, text: 'No estimate: It is not installed.' })
})

test('an estimate goes by the measured training speed, and says when the memory is short', () => {
  const split = { users: 1000, items: 3000, events: 100_000 }
  const run = { model: 'transformer', label: 'T', config: modelConfigOf('transformer', { epochs: 10 }) }
  const wasm: BackendInfo = {
    id: 'wasm',
    available: true,
    device: 'WebAssembly with SIMD, 2 threads, own kernels',
    reason: null,
    gflops: 1,
    samplesPerSecond: 1000,
    memoryBytes: 2 ** 32,
  }
  const [slow] = estimatesOf([run], split, 'wasm', [wasm])
  const [fast] = estimatesOf([run], split, 'wasm', [{ ...wasm, samplesPerSecond: 4000 }])
  expect(slow!.seconds! / fast!.seconds!).toBeCloseTo(4)
  expect(slow!.text).toMatch(/^about \d+ minutes on wasm, 2 threads; about .* an epoch, at most 10$/)
  const [short] = estimatesOf([run], split, 'wasm', [{ ...wasm, memoryBytes: 1e8 }])
  expect(short!.text).toMatch(/; it needs about [\d.]+ GB, and there are 0\.1 GB: choose a smaller model or batch$/)
  const software: BackendInfo = { ...wasm, id: 'webgpu', device: 'WebGPU on SwiftShader, in software' }
  expect(estimatesOf([run], split, 'auto', [software, wasm])[0]!.text).toMatch(/ on wasm, 2 threads/)
})
