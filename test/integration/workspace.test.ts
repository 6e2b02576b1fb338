// A workspace between processes: locked against a second one, removed from and written to while processes are killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createProgressLine } from '../../src-main/cli/progress-line.ts'
import type { Arguments, Command } from '../../src-main/cli/command.ts'
import { parseCommand } from '../../src-main/cli/command.ts'
import { importCommand } from '../../src-main/cli/data-commands.ts'
import { datasetsCommand, removeCommand, renameCommand } from '../../src-main/cli/dataset-commands.ts'
import { backupCommand, restoreCommand, useCommand } from '../../src-main/cli/workspace-commands.ts'
import { Random } from '../../src-main/learning/random.ts'
import { RunResults } from '../../src-main/workspace/run-results.ts'
import { Workspace } from '../../src-main/workspace/workspace.ts'
import { dataset } from '../unit/workspace/examples.ts'
import { jobEntry, temporaryFolder } from './bench.ts'
import { writeMovieLens } from './movielens.ts'

/** A program of this folder in a process of its own, up to the first line that says `ready`, or further to be killed. */
async function started(
  program: string,
  args: readonly string[],
): Promise<{ kill(): Promise<void>; lines(): string[]; pid: number | undefined }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, program), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  let said = ''
  await new Promise<void>((ready, failed) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes('ready')) ready()
    })
    child.once('exit', () => failed(new Error(`${program} ended by itself, saying: ${said}`)))
  })
  return {
    pid: child.pid,
    lines: () => said.split('\n'),
    kill: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}

/** Adds data sets, each with files of its own, until there are twelve. */
function refill(root: string): void {
  const workspace = Workspace.open(root)
  const there = workspace.datasets.list().length
  for (let i = there; i < 12; i++) {
    const id = `ds-${String(Date.now()).padStart(13, '0')}${String(i).padStart(3, '0')}`
    for (const path of [workspace.paths.dataset(id), workspace.paths.posters(id)])
      writeFileSync(path, 'x'.repeat(100_000))
    workspace.transaction(() => workspace.datasets.insert({ ...dataset, id, name: `Data set ${i}` }))
  }
  workspace.close()
}

test('killed at twenty moments of removing and opening again: every row has its files, every file its row', async () => {
  const root = temporaryFolder()
  const random = new Random(4)
  let cut = 0
  for (let round = 0; round < 20; round++) {
    refill(root)
    const child = await started('removing-child.ts', [root])
    await wait(random.next() * 60)
    await child.kill()
    cut += existsSync(join(root, 'workspace.lock.json')) ? 1 : 0

    const workspace = Workspace.open(root)
    const listed = workspace.datasets.list().map(({ id }) => id)
    const files = readdirSync(workspace.paths.datasets)
    expect(files.toSorted()).toEqual(listed.flatMap((id) => [`${id}.db`, `${id}.posters.db`]).toSorted())
    expect(workspace.recovery.missing).toEqual([])
    expect(workspace.datasets.removed()).toEqual([])
    workspace.close()
  }
  expect(cut).toBeGreaterThan(0) // some were killed with the workspace open
}, 120_000)

test('a second process is refused with the place and the process, and let in once the first was killed', async () => {
  const root = temporaryFolder()
  const child = await started('removing-child.ts', [root, 'hold'])
  const asked = performance.now()
  expect(() => Workspace.open(root)).toThrow(`The workspace ${root} is already open in process ${child.pid} on `)
  expect(performance.now() - asked).toBeLessThan(2000) // it does not wait for the lock
  await child.kill()
  Workspace.open(root).close()
})

test('a writer of curves killed at ten moments loses no point it had committed, and its file is whole', async () => {
  const random = new Random(7)
  for (let round = 0; round < 10; round++) {
    const path = join(temporaryFolder(), 'metrics.db')
    const child = await started('curve-child.ts', [path])
    await wait(20 + random.next() * 250)
    const live = RunResults.open(path)
    const committed = (): number => Number(child.lines().findLast((line) => /^\d+$/.test(line)) ?? 0)
    const before = committed()
    expect(live?.series('loss', 1e7).x.length).toBeGreaterThanOrEqual(before) // beside the live writer
    live?.close()
    await child.kill()
    const results = RunResults.open(path)
    const { x, y } = results?.series('loss', 1e7) ?? { x: [], y: [] }
    expect(x.length).toBeGreaterThanOrEqual(committed())
    expect(x).toEqual(x.map((_, i) => i + 1))
    expect(y).toEqual(x.map((step) => Math.sin(step)))
    const chart = results?.series('loss', 100)
    expect(Math.max(...(chart?.y ?? []))).toBe(y.reduce((a, b) => Math.max(a, b), -Infinity))
    results?.close()
  }
}, 60_000)

test('from the command line: import, list, rename, back up, remove, restore, use', async () => {
  const built = temporaryFolder()
  writeFileSync(join(built, 'job.js'), `import ${JSON.stringify(jobEntry)}`)
  writeFileSync(join(built, 'package.json'), '{"type":"module"}')
  const root = temporaryFolder()
  const run = async (command: Command, ...args: string[]): Promise<string> => {
    let said = ''
    const terminal = { write: (text: string) => void (said += text), isTTY: false, columns: 80 }
    const parsed: Arguments = parseCommand(command, [...args, '--workspace', root])
    await command.run(parsed, { built, progress: createProgressLine(terminal), signal: new AbortController().signal })
    return said
  }
  const copies = join(temporaryFolder(), 'copies')
  expect(await run(datasetsCommand)).toBe('There is no data set yet.\n')
  await run(importCommand, writeMovieLens(join(temporaryFolder(), 'ml')), '--name', 'Tiny')
  expect(await run(datasetsCommand)).toMatch(/^ds-\w+ {2}Tiny: 60 users, 80 movies, 1,800 ratings/)
  await run(renameCommand, 'Tiny', '--to', 'Small')
  expect(await run(backupCommand, copies)).toContain(`Backed up into ${copies}`)
  expect(await run(removeCommand, 'Small')).toBe("'Small' is removed.\n")
  expect(await run(datasetsCommand)).toBe('There is no data set yet.\n')
  const [backup] = readdirSync(copies)
  expect(await run(restoreCommand, join(copies, backup!))).toContain('Brought back 1 data set and no experiments')
  expect(await run(datasetsCommand)).toContain('Small: 60 users')
  expect(await run(useCommand)).toMatch(/free on that disk\n.*Small/)
  await expect(run(removeCommand, 'Tiny')).rejects.toThrow("There is no data set 'Tiny'. There are: 'Small'.")
  const tsv = join(temporaryFolder(), 'stars.tsv')
  const rows = Array.from({ length: 200 }, (_, i) =>
    [1 + ((i * 7) % 20), 1 + (i % 10), 1 + Math.floor(i / 10)].join('\t'),
  )
  writeFileSync(tsv, `stars\titem\tuser\n${rows.join('\n')}\n`)
  expect(await run(importCommand, tsv, '--mapping', 'rating=1,item=2,user=3', '--highest', '20')).toMatch(
    /20 users, 10 movies, 200 ratings/,
  )
}, 60_000)
