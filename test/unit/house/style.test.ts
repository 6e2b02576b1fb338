// What a reader may count on in any file: it is short, says what it is for, has no `any`, prints nothing, leaves nothing for later.
import { expect, test } from 'vitest'
import { code, sourcesUnder } from './sources.ts'

const product = ['src-main', 'src-preload', 'src-renderer'].flatMap((folder) => sourcesUnder(folder))
const everything = [...product, ...sourcesUnder('tools'), ...sourcesUnder('test')]
/** Tables of words, one row each: length is not a sign of two subjects there. */
const tables = ['src-preload/contract.ts', 'src-main/datasets/sample/topics.ts']
const paths = (files: { path: string }[]): string[] => files.map(({ path }) => path)

test('files are short: 260 lines, views 330', () => {
  const long = product.filter(
    ({ path, lines }) => lines > (path.endsWith('.vue') ? 330 : 260) && !tables.includes(path),
  )
  expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([])
})

test('no any, no ignored type errors, no eval', () => {
  const loose = everything.filter(
    ({ text }) => /(:|<|\bas|,|\|)\s*any\b(?!\w)/.test(code(text)) || /@ts-(ignore|nocheck)|\beval\(/.test(text),
  )
  expect(paths(loose).filter((path) => !path.startsWith('test/unit/house/'))).toEqual([])
})

test('only the shells that have a terminal print to it', () => {
  const printing = product.filter(({ text }) => /\bconsole\.(log|info|debug)\b/.test(code(text)))
  expect(paths(printing).filter((path) => !/^src-main\/(cli|host)\//.test(path))).toEqual([])
})

test('nothing is left for later', () => {
  const later = everything.filter(({ text }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(text))
  expect(paths(later).filter((path) => !path.startsWith('test/unit/house/'))).toEqual([])
})

test('no file is a drawer', () => {
  const drawer = /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/)/
  expect(paths(everything).filter((path) => drawer.test(path))).toEqual([])
})

test('the page never writes HTML of its own', () => {
  const raw = sourcesUnder('src-renderer').filter(({ text }) =>
    /\bv-html\b|\.innerHTML\b|insertAdjacentHTML/.test(text),
  )
  expect(paths(raw)).toEqual([])
})

test('comments and strings are not taken for code', () => {
  expect(code(`const a = 'x as any' // : any\n/* <any> */ b`)).toBe(`const a = '' \n b`)
})
