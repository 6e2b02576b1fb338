/** JSON as a stream of objects: however it is cut into pieces, the same objects come out. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type JsonRecord, JsonRecords } from '../../../src-main/datasets/tables/json-records.ts'

function read(text: string, cuts: number[] = []): JsonRecord[] {
  const records = new JsonRecords()
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b)
  const pieces = [0, ...places].map((from, i) => text.slice(from, places[i]))
  return [...pieces.flatMap((piece) => records.feed(piece, false)), ...records.feed('', true)]
}

const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 })

test.each([
  ['an array', (all: object[]) => JSON.stringify(all)],
  ['an indented array', (all: object[]) => JSON.stringify(all, null, 2)],
  ['JSON lines', (all: object[]) => all.map((one) => JSON.stringify(one)).join('\n') + '\n'],
])('%s in any pieces gives its objects', (_, write) => {
  fc.assert(
    fc.property(objects, fc.array(fc.nat(2000), { maxLength: 6 }), (all, cuts) => {
      fc.pre(all.length > 0)
      const text = write(all)
      expect(read(text, cuts).map((record) => record.value)).toEqual(JSON.parse(JSON.stringify(all)))
    }),
  )
})

test('whatever comes, it ends: objects, broken lines, or a refusal with its line', () => {
  const noise = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', 'a', '1', ' ', '{"a":1}'), { maxLength: 60 }) // prettier-ignore
  fc.assert(
    fc.property(noise, (letters) => {
      try {
        for (const record of read(letters.join(''))) expect(record.value !== null || record.broken !== null).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ name: 'JsonShapeError', line: expect.any(Number) })
      }
    }),
    { numRuns: 500 },
  )
})

test('a broken line costs one line', () => {
  const lines = ['{"id":1}', '{"id":2,"text":"cut of', '{"id":3}', 'oops', '{"id":4,}', '{"id":5}']
  const records = read(lines.join('\n'))
  expect(records.map((r) => [r.line, r.broken, r.value?.['id']])).toEqual([
    [1, null, 1],
    [2, 'broken line: a text is opened and never closed', undefined],
    [3, null, 3],
    [4, 'broken line: not an object', undefined],
    [5, 'broken line: no valid JSON', undefined],
    [6, null, 5],
  ])
})

test('deep nesting and an endless object are refused, not followed', () => {
  expect(() => read(`{"a":${'['.repeat(2_000_000)}`)).toThrow('an object is longer than 1 MB')
  expect(read(`{"a":${'['.repeat(500_000)}}`)).toMatchObject([{ broken: 'broken line: no valid JSON' }])
  const [deep, next] = read(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n{"a":1}`)
  expect(deep?.text.slice(0, 7)).toBe('{"a":[[') // not its value: whoever walks through that runs out of stack
  expect([deep?.line, deep?.broken, deep?.text.length]).toEqual([1, null, 1000])
  expect(next).toMatchObject({ line: 2, value: { a: 1 } })
})
