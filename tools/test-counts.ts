/** What the test runners' JSON reports say: how many passed, how many were skipped, and the name of each that failed. */
import { relative } from 'node:path'
import * as v from 'valibot'

export interface Count {
  passed: number
  skipped: number
  failures: string[]
}
export const none: Count = { passed: 0, skipped: 0, failures: [] }

export function add(a: Count, b: Count): Count {
  return { passed: a.passed + b.passed, skipped: a.skipped + b.skipped, failures: [...a.failures, ...b.failures] }
}

const vitestReport = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      assertionResults: v.array(v.object({ fullName: v.string(), status: v.string() })),
    }),
  ),
})

/** @throws ValiError when the report has another shape: a changed runner must not read as zero failures */
export function readVitest(json: unknown): Count {
  let count = none
  for (const file of v.parse(vitestReport, json).testResults) {
    const name = relative(process.cwd(), file.name)
    const failures = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${name}: ${test.fullName.trim()}`)
    // a file that could not be loaded has no tests and has failed all the same
    if (file.status === 'failed' && failures.length === 0) failures.push(`${name}: could not be run`)
    const passed = file.assertionResults.filter((test) => test.status === 'passed').length
    const skipped =
      file.assertionResults.length - passed - file.assertionResults.filter((t) => t.status === 'failed').length
    count = add(count, { passed, skipped, failures })
  }
  return count
}

interface Suite {
  title: string
  suites?: Suite[] | undefined
  specs: { title: string; tests: { status: string }[] }[]
}
const suite: v.GenericSchema<unknown, Suite> = v.object({
  title: v.string(),
  suites: v.optional(v.array(v.lazy(() => suite))),
  specs: v.array(v.object({ title: v.string(), tests: v.array(v.object({ status: v.string() })) })),
})
const playwrightReport = v.object({
  suites: v.array(suite),
  errors: v.array(v.object({ message: v.optional(v.string()) })),
})

/** A test that passed only when tried again counts as failed: what is flaky is broken. @throws ValiError as above */
export function readPlaywright(json: unknown): Count {
  const report = v.parse(playwrightReport, json)
  const walk = (each: Suite, path: string): Count => {
    const place = `${path}${each.title}: `
    let count = none
    for (const spec of each.specs) {
      for (const { status } of spec.tests) {
        if (status === 'expected') count = add(count, { ...none, passed: 1 })
        else if (status === 'skipped') count = add(count, { ...none, skipped: 1 })
        else count = add(count, { ...none, failures: [`${place}${spec.title}`] })
      }
    }
    return (each.suites ?? []).reduce((sum, inner) => add(sum, walk(inner, place)), count)
  }
  const outside = report.errors.map((error) => `playwright: ${(error.message ?? 'an error').split('\n', 1)[0]}`)
  return report.suites.reduce((sum, each) => add(sum, walk(each, '')), { ...none, failures: outside })
}
