// The closing line of `npm test` is only as true as what is read from the runners.
import { expect, test } from 'vitest'
import { add, none, readPlaywright, readVitest } from '../../../tools/test-counts.ts'

const vitestFile = (name: string, status: string, tests: [string, string][]) => ({
  name,
  status,
  assertionResults: tests.map(([fullName, state]) => ({ fullName, status: state })),
})

test('vitest: passed, failed, skipped, and a file that could not be loaded', () => {
  const report = {
    testResults: [
      vitestFile('a.test.ts', 'failed', [
        ['adds', 'passed'],
        ['divides', 'failed'],
        ['waits', 'skipped'],
        ['later', 'todo'],
      ]),
      vitestFile('b.test.ts', 'failed', []),
    ],
  }
  expect(readVitest(report)).toEqual({
    passed: 1,
    skipped: 2,
    failures: ['a.test.ts: divides', 'b.test.ts: could not be run'],
  })
})

test('playwright: nested suites, flaky counts as failed, errors outside of tests count', () => {
  const spec = (title: string, status: string) => ({ title, tests: [{ status }] })
  const report = {
    errors: [{ message: 'no browser\n at x' }],
    suites: [
      {
        title: 'a.spec.ts',
        specs: [spec('opens', 'expected')],
        suites: [
          {
            title: 'inner',
            specs: [spec('flickers', 'flaky'), spec('breaks', 'unexpected'), spec('waits', 'skipped')],
          },
        ],
      },
    ],
  }
  expect(readPlaywright(report)).toEqual({
    passed: 1,
    skipped: 1,
    failures: ['playwright: no browser', 'a.spec.ts: inner: flickers', 'a.spec.ts: inner: breaks'],
  })
})

test('a report of another shape is an error, not zero failures', () => {
  expect(() => readVitest({})).toThrow()
  expect(() => readPlaywright({ suites: [] })).toThrow()
})

test('counts add up', () => {
  expect(add({ passed: 1, skipped: 0, failures: ['a'] }, { ...none, passed: 2 })).toEqual({
    passed: 3,
    skipped: 0,
    failures: ['a'],
  })
})
