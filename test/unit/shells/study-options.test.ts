// The command line of table1, table2 and tune: each option changes one thing of what the workbench suggests.
import { expect, test } from 'vitest'
import type { ModelInfo, StudySpec } from '../../../src-preload/contract.ts'
import { parseCommand } from '../../../src-main/cli/command.ts'
import { studyCommands } from '../../../src-main/cli/study-commands.ts'
import { readDensities, readSeedList, studyOf } from '../../../src-main/cli/study-options.ts'
import { models } from '../../../src-main/learning/models/index.ts'
import { suggestStudy, suitable } from '../../../src-main/workbench/study-suggestion.ts'

const [table1, table2, tune] = studyCommands
const dataset = { id: 'ds-0000000000000000', name: 'Small', synthetic: false }
const domains = { kind: 'genres', a: ['Action'], b: ['Comedy'], ties: 'drop' } as const
const infos: readonly ModelInfo[] = models

function made(command: (typeof studyCommands)[number] | undefined, ...args: string[]): StudySpec {
  const kind = command === table1 ? 'table1' : command === table2 ? 'table2' : 'tuning'
  const suggested = suggestStudy(dataset, kind, { ...domains, a: [...domains.a], b: [...domains.b] })
  return studyOf(parseCommand(command!, args), suggested, infos)
}

test('without options it is what is suggested', () => {
  expect(studyCommands.map(({ name }) => name)).toEqual(['table1', 'table2', 'tune'])
  expect(made(table1)).toMatchObject({
    name: 'Table 1 on Small',
    kind: 'table1',
    seeds: [1, 2, 3, 4, 5],
    densities: [1],
  })
  expect(made(table1).runs.map(({ model }) => model)).toEqual(models.map(({ id }) => id))
  expect(made(table2)).toMatchObject({ kind: 'table2', runs: [{ model: 'transformer' }], tuning: null })
  expect(made(tune)).toMatchObject({ kind: 'tuning', seeds: [1], tuning: { method: 'tpe', trials: 8 } })
})

test('each option changes what it says', () => {
  const spec = made(
    table1,
    ...['--models', 'ease,popularity', '--seeds', '3', '--trials', '20', '--method', 'random', '--minutes', '2.5'],
    ...[
      '--density',
      '1,.3',
      '--split',
      'user-ratio',
      '--positive',
      '0',
      '--k-core',
      '10',
      '--single',
      '--backend',
      'wasm',
    ],
    ...['--name', 'Mine'],
  )
  expect(spec).toMatchObject({
    name: 'Mine',
    seeds: [1, 2, 3],
    tuning: { method: 'random', trials: 20, minutes: 2.5 },
    densities: [1, 0.3],
    domains: { kind: 'single' },
    protocol: { split: 'user-ratio', positive: 0, kCore: 10 },
    backend: 'wasm',
  })
  expect(spec.runs.map(({ model }) => model)).toEqual(['ease', 'popularity'])
  expect(made(table2, '--trials', '4').tuning).toMatchObject({ trials: 4, method: 'tpe' })
  expect(made(table1, '--trials', '0').tuning).toBe(null)
  expect(made(table2, '--preset', 'quick').runs[0]!.config).toMatchObject({ width: 48, layers: 1 })
  const general = made(table1, '--split', 'strong-generalisation').runs.map(({ model }) => model)
  expect(general).toEqual(suitable(models, 'strong-generalisation').map(({ id }) => id))
})

test('the split is set as in the workbench', () => {
  const args = '--ratios 7:1:2 --split-seed 9 --fold-in .5 --history train --overlap .25'.split(' ')
  expect(made(table1, ...args).protocol).toMatchObject({
    ratios: [0.7, 0.1, 0.2],
    splitSeed: 9,
    foldIn: 0.5,
    historyAtTest: 'train',
    overlap: 0.25,
  })
  expect(made(table1, '--ratios', '8:1:1').protocol).toEqual(made(table1).protocol)
})

test.each([
  [['--ratios', '8:2'], '--ratios is three parts'],
  [['--ratios', '9:1:0'], '--ratios is three parts'],
  [['--history', 'all'], '--history is train+validation or train'],
  [['--overlap', '2'], '--overlap is a number from 0 to 1'],
  [['--seeds', '1,1'], '--seeds is how many'],
  [['--seeds', '0'], '--seeds is how many'],
  [['--seeds', '51'], '--seeds is how many'],
  [['--density', '1,2'], '--density is a list'],
  [['--method', 'grid'], '--method is tpe or random'],
  [['--trials', '2.5'], '--trials is a whole number'],
  [['--trials', '2000'], '--trials is a number from 0'],
  [['--minutes', 'many'], '--minutes is a number'],
  [['--split', 'random'], '--split is user-time'],
  [['--positive', '6'], '--positive is a number from 0 to 5'],
  [['--backend', 'gpu'], '--backend is auto'],
  [['--models', 'ease,svd'], "There is no model 'svd'"],
  [['--preset', 'huge'], "No model has a preset 'huge'"],
])('%j is refused', (args, sentence) => {
  expect(() => made(table1, ...args)).toThrow(sentence)
})

test('seeds and densities', () => {
  expect(readSeedList('5')).toEqual([1, 2, 3, 4, 5])
  expect(readSeedList('7, 9')).toEqual([7, 9])
  expect(readDensities('1,.3,0.1')).toEqual([1, 0.3, 0.1])
})
