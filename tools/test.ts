/**
 * `npm test`: build, types, lint, unit and browser tests, the journey in Chromium. Installs nothing; without any Chromium its parts are
 * skipped in plain sight. The last line alone is `N passed, N failed`, with `, N skipped` where something was.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { executablePath } from '../test/chromium.ts'
import { build, root } from './build-once.ts'
import { add, type Count, none, readPlaywright, readVitest } from './test-counts.ts'

const folder = join(root, '.tmp', 'test-counts')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

function step(name: string): void {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}`)
}

function program(command: string, args: string[], env: Record<string, string> = {}): boolean {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32', // npx is a .cmd file there
  })
  return status === 0
}

/** A step that passes or fails as a whole. */
function check(name: string, run: () => boolean): Count {
  step(name)
  const passed = run()
  console.log(passed ? `${name}: passed` : `${name}: FAILED`)
  return passed ? { ...none, passed: 1 } : { ...none, failures: [name] }
}

function counted(
  name: string,
  command: string[],
  read: (json: unknown) => Count,
  env: (file: string) => Record<string, string> = () => ({}),
): Count {
  step(name)
  const file = join(folder, `${name.replace(/\W+/g, '-')}.json`)
  const ok = program(
    'npx',
    command.map((word) => word.replace('{file}', file)),
    env(file),
  )
  if (!existsSync(file)) return { ...none, failures: [`${name}: ended without a result`] }
  const count = read(JSON.parse(readFileSync(file, 'utf8')))
  // an error outside of any test fails the program and no test
  return ok || count.failures.length > 0
    ? count
    : add(count, { ...none, failures: [`${name}: failed outside of its tests`] })
}

const vitest = (project: string): string[] => [
  ...['vitest', 'run', '--project', project],
  ...['--reporter=default', '--reporter=json', '--outputFile.json={file}'],
]
const hasChromium = executablePath !== undefined || existsSync(chromium.executablePath())

let total = check('build', build)
total = add(
  total,
  check('types', () => program('npm', ['run', '--silent', 'typecheck'])),
)
total = add(
  total,
  check('lint', () => program('npm', ['run', '--silent', 'lint'])),
)
total = add(total, counted('unit tests', vitest('node'), readVitest))
if (hasChromium) {
  total = add(total, counted('browser tests', vitest('browser'), readVitest))
  total = add(
    total,
    counted('journey', ['playwright', 'test', '--reporter=list,json'], readPlaywright, (file) => ({
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    })),
  )
} else {
  step('SKIPPED: browser tests and the journey')
  console.log(
    'There is no Chromium. Install one (apt-get install chromium, or npx playwright install chromium), or name it in CHROMIUM.',
  )
  total = add(total, { ...none, skipped: 2 })
}

if (total.failures.length > 0) console.log(`\nFailed:\n${total.failures.map((name) => `  ${name}`).join('\n')}`)
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`\n${total.passed} passed, ${total.failures.length} failed${skipped}`)
process.exitCode = total.failures.length === 0 ? 0 : 1
