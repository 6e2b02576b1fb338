// What is written down is true: the README's commands exist, every hyper-parameter and preset explains itself.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { models } from '../../../src-main/learning/models/index.ts'
import packageJson from '../../../package.json' with { type: 'json' }
import { root, sourcesUnder } from './sources.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
/** What stands in fences and between backticks, a command over a line's end included: the rest is prose. */
const commands = [...readme.matchAll(/```\w*\n([\s\S]*?)```|`([^`]+)`/g)]
  .map((match) => (match[1] ?? match[2] ?? '').replace(/\s*#.*$/gm, ''))
  .join('\n')
/** What npm knows without a script of ours. */
const builtIn = ['ci', 'install', 'run', 'start', 'test']

test('every npm command of the README is a script', () => {
  const named = [...commands.matchAll(/\bnpm (?:run (?:--silent )?)?([a-z][\w:-]*)/g)].map((match) => match[1] ?? '')
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((name) => !builtIn.includes(name) && !(name in packageJson.scripts))).toEqual([])
})

test('every command of crossreel in the README exists', () => {
  const cli = sourcesUnder('src-main/cli').flatMap(({ text }) =>
    [...text.matchAll(/^ {2}name: '([\w-]+)',$/gm)].map((m) => m[1]),
  )
  const named = [...commands.matchAll(/\bcrossreel (?:-- )?([a-z][a-z0-9-]*)/g)].map((match) => match[1])
  expect(cli).toContain('quickstart')
  expect(named.filter((name) => !cli.includes(name))).toEqual([])
})

test('every dependency has its reason in the README', () => {
  const unnamed = Object.keys(packageJson.dependencies).filter((name) => !readme.includes(name))
  expect(unnamed).toEqual([])
})

test('every file that package.json scripts start is there', () => {
  const started = Object.values(packageJson.scripts).flatMap((script) => script.match(/tools\/[\w-]+\.ts/g) ?? [])
  expect(started.filter((file) => !existsSync(join(root, file)))).toEqual([])
})

describe.each(models.map((model) => [model.label, model] as const))('%s', (_label, model) => {
  test('says what it is and where it comes from', () => {
    expect(model.summary).toMatch(/\w{3,}.*\.$/s)
    expect(model.reference).not.toBe('')
  })

  test('explains each hyper-parameter, and its default is within its range', () => {
    for (const row of model.hyperParameters) {
      expect(row.help.length, row.key).toBeGreaterThan(10)
      expect(row.label, row.key).not.toBe('')
      if (row.type === 'integer' || row.type === 'number') {
        expect(row.default, row.key).toBeGreaterThanOrEqual(row.min)
        expect(row.default, row.key).toBeLessThanOrEqual(row.max)
      }
      if (row.type === 'choice')
        expect(
          row.choices.map(({ value }) => value),
          row.key,
        ).toContain(row.default)
    }
    const keys = model.hyperParameters.map(({ key }) => key)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('has presets that name only what it has', () => {
    const keys = model.hyperParameters.map(({ key }) => key)
    for (const preset of model.presets) {
      expect(preset.help.length, preset.id).toBeGreaterThan(10)
      expect(
        Object.keys(preset.config).filter((key) => !keys.includes(key)),
        preset.id,
      ).toEqual([])
    }
  })
})
