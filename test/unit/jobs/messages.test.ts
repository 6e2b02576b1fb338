import { expect, test, vi } from 'vitest'
import { cleanedEnvironment, StderrTail } from '../../../src-main/jobs/child.ts'
import { Coalescer } from '../../../src-main/jobs/coalesce.ts'
import { failureSentence } from '../../../src-main/jobs/failure.ts'
import { parseCommand, parseEvent } from '../../../src-main/jobs/parse.ts'

test.each([
  { type: 'ready' },
  { type: 'progress', phase: 'Reading', fraction: null, eta: 3, samplesPerSecond: null },
  { type: 'points', series: [{ name: 'loss', x: [1], y: [0.5] }] },
  { type: 'done', result: { kind: 'train', runId: 'run-0000000000000000' } },
  { type: 'failed', cancelled: true, reason: 'Cancelled.' },
])('an event crosses unchanged: $type', (event) => {
  expect(parseEvent(structuredClone(event))).toEqual(event)
})

test.each([
  [null],
  ['ready'],
  [{ type: 'finished' }],
  [{ type: 'progress', phase: 'x' }],
  [{ type: 'done', result: { kind: 'train', runId: '../../etc' } }],
  [{ type: 'ready', extra: 1 }],
])('what is no event is refused: %j', (message) => {
  expect(() => parseEvent(message)).toThrow('is no event')
})

test('a command with a path for an id is refused', () => {
  const task = { kind: 'posters', source: '/p.zip', datasetId: '../x' }
  expect(() => parseCommand({ type: 'start', workspace: '/w', task })).toThrow('is no command')
})

test('the last 200 lines of standard error are kept, characters split over chunks included', () => {
  const tail = new StderrTail()
  const bytes = new TextEncoder().encode(Array.from({ length: 500 }, (_, i) => `line ${i} é\n`).join('') + 'open')
  for (let i = 0; i < bytes.length; i += 3) tail.add(bytes.subarray(i, i + 3))
  expect(tail.lines()).toHaveLength(200)
  expect(tail.lines().slice(-2)).toEqual(['line 499 é', 'open'])
  expect(tail.lines()[0]).toBe('line 301 é')
})

test('the environment of a job has nothing that changes how it starts', () => {
  const environment = { PATH: '/bin', NODE_OPTIONS: '--inspect', ELECTRON_RUN_AS_NODE: '1', EMPTY: undefined }
  expect(cleanedEnvironment(environment)).toEqual({ PATH: '/bin' })
})

test('a coalescer lets the first through at once and the last always', () => {
  vi.useFakeTimers()
  const seen: number[] = []
  const coalescer = new Coalescer<number>(100, (value) => seen.push(value))
  for (let i = 1; i <= 5; i++) coalescer.push(i)
  expect(seen).toEqual([1])
  vi.advanceTimersByTime(100)
  expect(seen).toEqual([1, 5])
  coalescer.push(6)
  coalescer.flush()
  vi.advanceTimersByTime(500)
  expect(seen).toEqual([1, 5, 6])
  vi.useRealTimers()
})

test.each([
  [Object.assign(new Error('write'), { code: 'ENOSPC' }), /disk with the workspace is full; the import was stopped/],
  [Object.assign(new Error('EACCES: /x'), { code: 'EACCES' }), /may not read or write a file \(EACCES: \/x\)/],
  [new RangeError('Array buffer allocation failed'), /ran out of memory/],
  [new TypeError('x is undefined'), /an error of Crossreel itself \(TypeError: x is undefined\)/],
  [new Error('ratings.csv, line 3: a rating of 11.'), /^ratings\.csv, line 3: a rating of 11\.$/],
  ['text', /The import failed: text/],
])('%s as a sentence', (error, sentence) => {
  expect(failureSentence(error, 'The import')).toMatch(sentence)
})
