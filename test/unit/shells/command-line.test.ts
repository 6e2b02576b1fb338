import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Command, commandHelp, overview, parseCommand, UsageError } from '../../../src-main/cli/command.ts'
import { describeCleaning } from '../../../src-main/cli/data-commands.ts'
import { defaultProtocol, runOf } from '../../../src-main/cli/defaults.ts'
import { readManifest } from '../../../src-main/cli/manifest.ts'
import { createProgressLine, describe as line, duration } from '../../../src-main/cli/progress-line.ts'
import { readSeeds } from '../../../src-main/cli/quickstart.ts'
import { readPort } from '../../../src-main/host/serve.ts'
import { defaultWorkspace } from '../../../src-main/shell/workspace-folder.ts'
import type { Job, ModelInfo } from '../../../src-preload/contract.ts'

const command: Command = {
  name: 'import',
  positional: 'PATH',
  help: 'Imports.\nMore about it.',
  options: [
    { name: 'name', value: 'NAME', help: 'the name' },
    { name: 'quiet', help: 'says less' },
  ],
  run: async () => {},
}

describe('a command', () => {
  test('reads its options', () => {
    const args = parseCommand(command, ['ml.zip', '--name', 'small', '--quiet'])
    expect([args.positional, args.text('name'), args.flag('quiet'), args.text('other')]).toEqual([
      'ml.zip',
      'small',
      true,
      null,
    ])
  })

  test.each([
    [['a', '--size', '1'], /--size/],
    [['a', '--name'], /--name/],
    [['a', 'b'], /'b' is one argument too many/],
    [[], /PATH is missing/],
  ])('refuses %j', (args, sentence) => {
    expect(() => parseCommand(command, args)).toThrow(UsageError)
    expect(() => parseCommand(command, args)).toThrow(sentence)
  })

  test('documents itself from the same rows', () => {
    expect(commandHelp(command)).toBe(
      'crossreel import PATH [options]\n\nImports.\nMore about it.\n\n  --name NAME  the name\n  --quiet      says less\n',
    )
    expect(overview([command])).toContain('  import PATH  Imports.\n')
  })
})

test('seeds, ports and durations are read and written plainly', () => {
  expect(readSeeds('1, 2,30')).toEqual([1, 2, 30])
  for (const text of ['', '1,', 'a', '1.5', '-1', '1,1']) expect(() => readSeeds(text)).toThrow(/--seeds/)
  expect(readPort('0')).toBe(0)
  for (const text of ['', '-1', '65536', '80a']) expect(() => readPort(text)).toThrow(/is no port/)
  expect([3.14, 59.6, 3600, 9000].map(duration)).toEqual(['3.1 s', '60 s', '60 min', '2 h 30 min'])
})

test('the workspace lies where the platform keeps a program’s data, or where it is told', () => {
  const home = join('/home', 'ada')
  const on = (platform: NodeJS.Platform, env: Record<string, string> = {}): string =>
    defaultWorkspace({ platform, env, home })
  expect(on('linux')).toBe(join(home, '.local/share/crossreel'))
  expect(on('linux', { XDG_DATA_HOME: '/data' })).toBe(join('/data', 'crossreel'))
  expect(on('darwin')).toContain(join('Application Support', 'Crossreel'))
  expect(on('win32', { LOCALAPPDATA: '/local' })).toBe(join('/local', 'Crossreel'))
  expect(on('linux', { CROSSREEL_WORKSPACE: '/mine' })).toBe('/mine')
})

describe('the progress line', () => {
  const job: Job = {
    id: 'job-1',
    kind: 'train',
    label: 'Train EASE, seed 1',
    state: 'running',
    createdAt: 0,
    startedAt: 1_000,
    phase: 'Solving',
    fraction: 0.425,
    eta: 3.2,
    samplesPerSecond: null,
    error: null,
    datasetId: null,
    runId: null,
  }
  const ended = { ...job, state: 'done', phase: '', fraction: 1, eta: null } as const

  function shown(isTTY: boolean, columns = 80) {
    let text = ''
    let clock = 1_000
    const progress = createProgressLine({ write: (more) => void (text += more), isTTY, columns }, () => clock)
    return { progress, at: (ms: number) => (clock = ms), text: () => text }
  }

  test('says what, how far and how long', () => {
    expect(line(job, 2_000)).toBe('Train EASE, seed 1 · 42 % · Solving · 3.2 s left')
    expect(line(ended, 4_000)).toBe('Train EASE, seed 1 · done · 3.0 s')
    expect(line({ ...job, state: 'failed', error: 'No memory.' }, 2_000)).toContain('failed · 1.0 s · No memory.')
  })

  test('on a terminal is one line, rewritten, that never wraps', () => {
    const { progress, at, text } = shown(true, 30)
    progress.show({ ...job, state: 'queued' })
    progress.show(job)
    at(4_000)
    progress.show(ended)
    progress.show(ended)
    progress.print('after')
    expect(text()).toBe('\r\x1b[2KTrain EASE, seed 1 · 42 % · S\r\x1b[2KTrain EASE, seed 1 · done · 3\nafter\n')
  })

  test('in a file is the start, a new phase every ten seconds at most, and the end', () => {
    const { progress, at, text } = shown(false)
    for (const [ms, phase] of [
      [1_000, 'Reading'],
      [2_000, 'Reading'],
      [3_000, 'Solving'],
      [12_000, 'Solving'],
      [13_000, 'Ranking'],
    ] as const) {
      at(ms)
      progress.show({ ...job, phase, eta: null, fraction: null })
    }
    progress.show(ended)
    expect(text().split('\n')).toEqual([
      'Train EASE, seed 1 · Reading',
      'Train EASE, seed 1 · Solving',
      'Train EASE, seed 1 · done · 12 s',
      '',
    ])
  })
})

describe('a run', () => {
  const model: ModelInfo = {
    id: 'ease',
    label: 'EASE',
    summary: '',
    reference: '',
    family: 'linear',
    usesFeatures: false,
    usesViews: false,
    newUsers: true,
    seeded: false,
    hyperParameters: [{ key: 'l2', label: 'L2', help: '', group: '', type: 'number', default: 100, min: 0, max: 1e6 }],
    presets: [{ id: 'quick', label: 'Quick', help: '', config: { l2: 10 } }],
    search: [],
  }

  test('takes defaults, then the preset', () => {
    expect(runOf([model], 'ease')).toEqual({ model: 'ease', label: 'EASE', config: { l2: 100 } })
    expect(runOf([model], 'ease', 'quick').config).toEqual({ l2: 10 })
    expect(() => runOf([model], 'knn')).toThrow("There is no model 'knn'. Known are ease.")
    expect(() => runOf([model], 'ease', 'paper')).toThrow('It has: quick.')
  })
})

describe('a manifest', () => {
  const spec = {
    name: 'Study',
    kind: 'comparison',
    domains: { kind: 'single' },
    protocol: defaultProtocol,
    runs: [{ model: 'ease', label: 'EASE', config: { l2: 1 } }],
    seeds: [1],
    backend: 'auto',
  }
  const whole = {
    manifest: 1,
    crossreel: '0.1.0',
    spec,
    dataset: { name: 'small', hash: 'abc' },
    protocol: { hash: 'def', rows: [] },
  }

  test('gives back the experiment and the hashes', () => {
    expect(readManifest(JSON.stringify(whole), 'm.json')).toEqual({
      spec,
      datasetName: 'small',
      datasetHash: 'abc',
      cardHash: 'def',
    })
  })

  test.each([
    ['{', /m\.json is not JSON/],
    ['[]', /m\.json is no manifest/],
    [JSON.stringify({ ...whole, manifest: 2 }), /another version of Crossreel/],
    [JSON.stringify({ ...whole, spec: { ...spec, seeds: [] } }), /seeds: there is no seed/],
    [JSON.stringify({ ...whole, dataset: {} }), /dataset\./],
  ])('that is wrong is refused: %s', (text, sentence) => {
    expect(() => readManifest(text, 'm.json')).toThrow(sentence)
  })
})

test('an import says what cleaning took away, with the first place, and nothing of what it kept', () => {
  const finding = { file: 'ratings.csv', reason: 'broken line', count: 1200, examples: [{ line: 101, text: '1,x' }] }
  const report = { rowsRead: 0, rowsKept: 0, genres: [], ratingHistogram: [] }
  const findings = [
    { ...finding, treatment: 'removed' as const },
    { ...finding, treatment: 'kept' as const },
  ]
  expect(describeCleaning({ ...report, findings })).toEqual([
    '  removed: 1,200 × broken line (ratings.csv; the first in line 101: 1,x)',
  ])
})
