// What the commands about data sets read from the command line, and what opens when nobody names a workspace.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { parseCommand, UsageError } from '../../../src-main/cli/command.ts'
import { cleanCommand, readRecipe } from '../../../src-main/cli/dataset-commands.ts'
import { readMapping } from '../../../src-main/cli/table-mapping.ts'
import { defaultWorkspace, openNext } from '../../../src-main/shell/workspace-folder.ts'
import type { TablePreview } from '../../../src-preload/contract.ts'

const table: TablePreview = {
  file: 'ratings.tsv',
  suggested: { separator: '\t', header: true, columns: ['user', 'item', 'rating', 'timestamp', 'title'], highest: 10 },
  names: ['who', 'what', 'stars', 'when', 'called'],
  rows: [],
}

test('a mapping names columns from 1; the others are ignored, the rest stays as the table seems to be', () => {
  expect(readMapping('item=1, user=2,rating=3', table, null)).toEqual({
    separator: '\t',
    header: true,
    columns: ['item', 'user', 'rating', 'ignored', 'ignored'],
    highest: 10,
  })
  expect(readMapping('user=1,item=2,rating=3,timestamp=4', table, '5').highest).toBe(5)
})

test.each([
  ['user=1', /does not say which column is the item/],
  ['user=1,item=2,rating=9', /--mapping says rating=9; ratings\.tsv has columns 1 to 5/],
  ['user=1,item=1,rating=3', /names column 1 twice/],
  ['user=1,user=2,rating=3', /names user twice/],
  ['user=1;item=2', /does not fit it/],
  ['person=1,item=2,rating=3', /'person=1' does not fit it/],
  ['', /does not fit it/],
])('the mapping %j is refused', (text, sentence) => {
  expect(() => readMapping(text, table, null)).toThrow(UsageError)
  expect(() => readMapping(text, table, null)).toThrow(sentence)
})

test('a highest rating that is none is refused', () => {
  for (const text of ['0', '-1', 'ten', '', 'Infinity']) {
    expect(() => readMapping('user=1,item=2,rating=3', table, text)).toThrow(/--highest/)
  }
})

test('a recipe is what is named; everything else is off', () => {
  const recipe = (...args: string[]): unknown => readRecipe(parseCommand(cleanCommand, ['Small', ...args]))
  expect(recipe('--burst', '500', '--constant', '20', '--k-core', '5')).toEqual({
    impossibleTimes: 'keep',
    orphans: 'keep',
    burst: { perDay: 500 },
    constant: { atLeast: 20 },
    kCore: 5,
    standardise: 'none',
  })
  expect(recipe('--times', '--orphans', '--standardise', 'user')).toMatchObject({
    impossibleTimes: 'remove',
    orphans: 'remove',
    burst: null,
    standardise: 'user',
  })
  expect(() => recipe()).toThrow('No rule is named.')
  expect(() => recipe('--burst', 'many')).toThrow("--burst is a whole number above 0; 'many' is none.")
  expect(() => recipe('--standardise', 'all')).toThrow("--standardise is user or global; 'all' is neither.")
})

function home(): { env: Record<string, string>; platform: NodeJS.Platform; home: string } {
  const folder = mkdtempSync(join(tmpdir(), 'crossreel-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return { env: {}, platform: 'linux', home: folder }
}
function workspaceIn(folder: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'workspace.db'), '')
  return folder
}

test('a workspace that was moved opens where it is now, and moved back where it was', () => {
  const machine = home()
  const usual = defaultWorkspace(machine)
  const moved = workspaceIn(join(machine.home, 'other disk', 'films'))
  expect(openNext(usual, moved, machine)).toContain('The next start opens the copy')
  expect(defaultWorkspace(machine)).toBe(moved)
  expect(defaultWorkspace({ ...machine, env: { CROSSREEL_WORKSPACE: '/mine' } })).toBe('/mine')
  const again = workspaceIn(join(machine.home, 'third'))
  openNext(moved, again, machine)
  expect(defaultWorkspace(machine)).toBe(again)
  openNext(again, workspaceIn(usual), machine)
  expect(defaultWorkspace(machine)).toBe(usual)
  expect(existsSync(`${usual}.workspace.json`)).toBe(false)
})

test('moving a workspace that does not open by itself changes nothing about the one that does', () => {
  const machine = home()
  const usual = defaultWorkspace(machine)
  expect(openNext('/elsewhere', '/there', machine)).toBe(
    'Copied to /there and checked. The folder /elsewhere stays as it is. To open the copy, start Crossreel with --workspace /there.',
  )
  const named = { ...machine, env: { CROSSREEL_WORKSPACE: '/mine' } }
  expect(openNext('/mine', '/there', named)).toContain('set CROSSREEL_WORKSPACE to it')
  expect(defaultWorkspace(machine)).toBe(usual)
})

test('a moved workspace that is not there now is not replaced by an empty one', () => {
  const machine = home()
  const usual = defaultWorkspace(machine)
  const moved = workspaceIn(join(machine.home, 'stick'))
  openNext(usual, moved, machine)
  rmSync(moved, { recursive: true })
  expect(() => defaultWorkspace(machine)).toThrow(
    `The workspace was moved to ${moved}, and it is not there now. Connect`,
  )
  const place = `${usual}.workspace.json`
  expect(JSON.parse(readFileSync(place, 'utf8'))).toEqual({ workspace: moved })
  for (const text of ['{', '[]', '{"workspace":"films"}', 'null']) {
    writeFileSync(place, text)
    expect(() => defaultWorkspace(machine)).toThrow(`${place} does not say where the workspace is. Delete it`)
  }
})
