import { expect, test } from 'vitest'
import { PickedPaths } from '../../../src-main/workbench/picked.ts'
import { Recent } from '../../../src-main/workbench/recent.ts'

test('the values used last are kept, the rest is made again', () => {
  const recent = new Recent<string>(2)
  const made: string[] = []
  const get = (key: string): string =>
    recent.get(key, () => {
      made.push(key)
      return key.toUpperCase()
    })
  expect(['a', 'b', 'a', 'c', 'a', 'b'].map(get)).toEqual(['A', 'B', 'A', 'C', 'A', 'B'])
  expect(made).toEqual(['a', 'b', 'c', 'b'])
  recent.forget((key) => key === 'b')
  get('b')
  expect(made.at(-1)).toBe('b')
  expect(made).toHaveLength(5)
})

test('what could not be made is tried again', () => {
  const recent = new Recent<number>(2)
  expect(() =>
    recent.get('a', () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(recent.get('a', () => 1)).toBe(1)
})

test('a token names one path and tells nothing of it', () => {
  const picked = new PickedPaths()
  const { token, name } = picked.keep('/home/me/ml-1m.zip')
  expect(name).toBe('ml-1m.zip')
  expect(token).toMatch(/^[0-9a-f]{32}$/)
  expect(picked.path(token)).toBe('/home/me/ml-1m.zip')
  expect(picked.keep('/home/me/ml-1m.zip').token).not.toBe(token)
  expect(() => picked.path('/home/me/ml-1m.zip')).toThrow('Pick it again')
})
