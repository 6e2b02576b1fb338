// One direction: shells -> workbench -> {datasets, features, jobs, reports} -> {learning, evaluation, workspace}.
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { importsOf, root, type Source, sourcesUnder } from './sources.ts'

/** What the files of a folder of src-main may import from the others. The contract and its wire may be imported from anywhere. */
const shells = ['shell', 'electron', 'host', 'cli']
const below = ['learning', 'evaluation', 'workspace']
const middle = ['datasets', 'features', 'jobs', 'reports']
const allowed: Record<string, readonly string[]> = {
  // the two shells for people without a window share the browser host
  electron: ['shell', 'workbench', 'jobs', 'workspace'],
  host: ['shell', 'workbench', 'jobs', 'workspace'],
  cli: ['shell', 'host', 'workbench', 'jobs', 'reports', 'workspace'],
  shell: [],
  workbench: [...middle, ...below],
  jobs: [...middle, ...below],
  features: ['datasets', ...below],
  datasets: below,
  reports: below,
  evaluation: ['learning'],
  learning: [],
  workspace: ['learning', 'evaluation'],
}

const sources = sourcesUnder('src-main')
const folderOf = (path: string): string => path.split('/')[1] ?? ''

/** Where a relative import leads, from the root. */
function target(source: Source, specifier: string): string {
  return relative(root, join(root, dirname(source.path), specifier)).replaceAll('\\', '/')
}

test('every folder of src-main has its place in the house', () => {
  expect([...new Set(sources.map(({ path }) => folderOf(path)))].sort()).toEqual(Object.keys(allowed).sort())
})

test('imports of src-main go downward', () => {
  const upward = sources.flatMap((source) => {
    const from = folderOf(source.path)
    return importsOf(source.text)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => target(source, specifier))
      .filter((path) => {
        if (path.startsWith('src-preload/') || path === 'package.json') return false
        const to = folderOf(path)
        return !path.startsWith('src-main/') || (to !== from && !allowed[from]?.includes(to))
      })
      .map((path) => `${source.path} imports ${path}`)
  })
  expect(upward).toEqual([])
})

test('nothing below a shell imports a shell', () => {
  for (const [folder, may] of Object.entries(allowed)) {
    if (!shells.includes(folder)) expect(may.filter((name) => shells.includes(name))).toEqual([])
  }
})

test.each([
  ['electron', /^src-(main\/electron\/|preload\/index\.ts$)/],
  ['better-sqlite3', /^src-main\/workspace\//],
  ['ws', /^src-main\/host\//],
])('%s is imported only where it belongs', (name, place) => {
  const all = [...sources, ...sourcesUnder('src-preload'), ...sourcesUnder('src-renderer')]
  const importers = all.filter(({ text }) => importsOf(text).includes(name)).map(({ path }) => path)
  expect(importers.filter((path) => !place.test(path))).toEqual([])
  expect(importers.length).toBeGreaterThan(0)
})

test('learning and evaluation are pure, and so are the contract and the page', () => {
  const pure = [
    ...sources.filter(({ path }) => /^src-main\/(learning|evaluation)\//.test(path)),
    ...sourcesUnder('src-preload'),
    ...sourcesUnder('src-renderer'),
  ]
  const impure = pure.flatMap(({ path, text }) =>
    importsOf(text)
      .filter((name) => name.startsWith('node:'))
      .map((name) => `${path} imports ${name}`),
  )
  // a backend is found on disk and probed: the one place where learning meets the machine
  expect(impure.filter((line) => !line.startsWith('src-main/learning/backends/'))).toEqual([])
})

test('TensorFlow.js backends are named in learning/backends only', () => {
  const named = sources.filter(({ text }) =>
    importsOf(text).some((name) => /^@tensorflow\/tfjs-(backend|node)/.test(name)),
  )
  expect(named.map(({ path }) => path).filter((path) => !path.startsWith('src-main/learning/backends/'))).toEqual([])
})

test('the contract imports nothing', () => {
  const contract = sourcesUnder('src-preload').find(({ path }) => path.endsWith('contract.ts'))
  expect(importsOf(contract?.text ?? "import 'absent'")).toEqual([])
})

test('imports are read in all their forms', () => {
  const text = `import a from 'one'\nimport type { b,\n c } from "two"\nexport * from './three.ts'\nimport 'four'\nawait import('five')\nconst from = 'six'`
  expect(importsOf(text).sort()).toEqual(['./three.ts', 'five', 'four', 'one', 'two'])
})
