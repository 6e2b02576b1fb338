/** The import on real input: figures of ml-latest-small, folder and zip alike, kill -9 at random moments, a disk that is full. */
import { execFileSync, fork, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { suggestDomains } from '../../src-main/datasets/domains/domain-presets.ts'
import { summariseDomains } from '../../src-main/datasets/domains/domains.ts'
import { importDataset } from '../../src-main/datasets/importing/import.ts'
import { refuseLeaks } from '../../src-main/datasets/splitting/leaks.ts'
import { prepare } from '../../src-main/datasets/splitting/prepare.ts'
import { Random } from '../../src-main/learning/random.ts'
import { DatasetFile } from '../../src-main/workspace/dataset-file.ts'
import type { ProtocolSpec } from '../../src-preload/contract.ts'
import { hasLatestSmall, latestSmall, noDataReason } from '../shared-data.ts'
import { imported, inTempFolder, release, writeFiles, zipOf } from '../unit/datasets/files.ts'

const withData = hasLatestSmall ? '' : ` (${noDataReason})`
const protocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.8, 0.1, 0.1],
  positive: 4,
  kCore: 5,
  historyAtTest: 'train+validation',
  cutoffs: [10, 20, 50],
  splitSeed: 1,
  overlap: 1,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}

test.skipIf(!hasLatestSmall)(`ml-latest-small: counts, cleaning, domains and both protocols${withData}`, async () => {
  await imported(latestSmall, (dataset) => {
    expect(dataset.meta).toMatchObject({
      format: 'MovieLens latest-small (CSV)',
      users: 610,
      movies: 9742,
      ratings: 100_836,
      tags: 3683,
    })
    const report = dataset.report()
    expect(report.rowsRead).toBe(100_836)
    expect(report.findings.filter((f) => f.treatment !== 'kept')).toEqual([])
    expect(Object.fromEntries(report.findings.map((f) => [f.reason, f.count]))).toEqual({
      'same title and year as another movie': 5,
      'no year in the title': 12,
      'no genres listed: in no domain': 34,
      'abnormal user: all ratings are equal': 1,
      'movie without ratings': 18,
    })

    const domains = suggestDomains(dataset.movies())
    const columns = { movies: dataset.movies(), ratings: dataset.ratings() }
    expect(summariseDomains(columns, domains)).toEqual({
      a: { movies: 4465, users: 610, ratings: 57_975 },
      b: { movies: 5243, users: 609, ratings: 42_814 },
      sharedUsers: 609,
      outside: 34,
      ties: 1443,
    })

    const byTime = prepare(dataset, domains, protocol)
    refuseLeaks(byTime)
    expect([byTime.data.users, byTime.data.items, byTime.data.domains[1]?.start]).toEqual([610, 3649, 1899])
    expect([byTime.summary.train, byTime.summary.validation, byTime.summary.test]).toEqual([72_723, 8772, 8772])

    const byRatio = prepare(dataset, { kind: 'single' }, { ...protocol, split: 'user-ratio', positive: 0 })
    refuseLeaks(byRatio)
    expect([byRatio.data.users, byRatio.data.items]).toEqual([610, 3650])
    expect([byRatio.summary.train, byRatio.summary.validation, byRatio.summary.test]).toEqual([72_728, 8773, 8773])
  })
})

test.skipIf(!hasLatestSmall)(`ml-latest-small: the zip gives the same data set as the folder${withData}`, async () => {
  await inTempFolder(async (folder) => {
    const names = ['ratings.csv', 'movies.csv', 'tags.csv', 'links.csv', 'README.txt']
    const files = names.map((name) => [`ml-latest-small/${name}`, readFileSync(join(latestSmall, name))])
    const zip = join(folder, 'été latest.zip')
    writeFileSync(zip, zipOf(Object.fromEntries(files)))
    const fromFolder = await imported(latestSmall, (dataset) => dataset.meta)
    await imported(zip, (dataset) => {
      expect(dataset.meta.format).toBe('MovieLens latest-small (CSV)')
      expect(dataset.meta.hash).toBe(fromFolder.hash)
      expect(dataset.meta.bytes).toBe(fromFolder.bytes)
    })
  })
})

/** Enough ratings for the import to take a moment: 2,000 users with 50 each. */
function largerRelease(): Record<string, string> {
  const ratings = ['userId,movieId,rating,timestamp']
  for (let u = 1; u <= 2000; u++)
    for (let k = 0; k < 50; k++)
      ratings.push(`${u},${((u * 7 + k * 13) % 400) + 1},${(((u + k) % 10) + 1) / 2},${1e9 + u + k}`)
  const movies = ['movieId,title,genres']
  for (let m = 1; m <= 400; m++) movies.push(`${m},Title ${m} (2000),${m % 2 ? 'Action' : 'Comedy'}`)
  return { 'ratings.csv': ratings.join('\n'), 'movies.csv': movies.join('\n') }
}

const child = join(import.meta.dirname, 'import-child.ts')

/** Runs the import in a process and kills it after `delay` milliseconds; null lets it end. */
async function importInProcess(source: string, target: string, delay: number | null): Promise<'done' | 'killed'> {
  const job = fork(child, [source, target], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let done = false
  const started = new Promise<void>((resolve) => job.on('message', (m) => (m === 'done' ? (done = true) : resolve())))
  const ended = new Promise<void>((resolve) => job.on('exit', () => resolve()))
  await Promise.race([started, ended])
  if (delay !== null) {
    await Promise.race([wait(delay), ended])
    job.kill('SIGKILL')
  }
  await ended
  return done ? 'done' : 'killed'
}

test('killed at random moments, an import leaves no data set, or a whole one; the next import works', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(join(folder, 'in'), largerRelease())
    const target = join(folder, 'datasets', 'x.db')
    const begin = performance.now()
    expect(await importInProcess(source, target, null)).toBe('done')
    const whole = performance.now() - begin
    const complete = DatasetFile.open(target)
    const { hash } = complete.meta
    complete.close()

    const random = new Random(Date.now())
    let killed = 0
    for (let round = 0; round < 5; round++) {
      const victim = join(folder, 'datasets', `victim${round}.db`)
      // Spread over the import itself: the first fifth of the time is the process starting.
      const end = await importInProcess(source, victim, ((round + random.next()) / 5) * whole * 0.6)
      if (end === 'killed' && !existsSync(victim)) killed++
      else {
        const dataset = DatasetFile.open(victim) // killed between the rename and the message: whole
        expect(dataset.meta.hash).toBe(hash)
        expect(dataset.ratings().item).toHaveLength(100_000)
        dataset.close()
      }
      const again = join(folder, 'datasets', `victim${round}.db`)
      await importDataset({
        source,
        target: again,
        datasetId: 'x',
        name: 'x',
        synthetic: false,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      })
      const dataset = DatasetFile.open(again)
      expect(dataset.meta.hash).toBe(hash)
      dataset.close()
      expect(readdirSync(join(folder, 'datasets')).filter((name) => name.startsWith(`victim${round}`))).toEqual([`victim${round}.db`]) // prettier-ignore
    }
    expect(killed).toBeGreaterThan(0)
  })
})

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks()

function mountWorks(): boolean {
  return spawnSync('unshare', ['--mount', 'true']).status === 0
}

test.skipIf(!canMount)('a disk that is full (needs the right to mount a small one)', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(join(folder, 'in'), largerRelease())
    const disk = join(folder, 'small disk')
    mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk])
    try {
      writeFileSync(join(disk, 'mine.txt'), 'what was there before')
      await expect(imported(source, () => null, { target: join(disk, 'x.db') })).rejects.toThrow(
        /^The disk is full: .*x\.db needs about 1\.\d\d MB\. Nothing was changed\. Free at least 1\.\d\d MB, or move the workspace to another disk, and try again\.$/,
      )
      expect(readdirSync(disk)).toEqual(['mine.txt'])
      await imported(writeFiles(join(folder, 'small'), release()), () => null) // and a small one still works elsewhere
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

test('a cancel takes effect within 100 ms, wherever the import is', async () => {
  await inTempFolder(async (folder) => {
    const source = writeFiles(join(folder, 'in'), largerRelease())
    const options = { source, target: join(folder, 'out', 'x.db'), datasetId: 'x', name: 'x', synthetic: false, onProgress: () => undefined } // prettier-ignore
    const begin = performance.now()
    await importDataset({ ...options, signal: new AbortController().signal })
    const whole = performance.now() - begin
    const size = statSync(options.target).size
    const gaps: number[] = []
    for (let round = 0; round < 8; round++) {
      const controller = new AbortController()
      let at = Infinity
      const timer = setTimeout(
        () => {
          at = performance.now()
          controller.abort()
        },
        (whole * round) / 8,
      )
      const ended = await importDataset({ ...options, signal: controller.signal }).catch((e: unknown) => e)
      clearTimeout(timer)
      if (ended !== undefined) {
        expect(ended).toMatchObject({ name: 'AbortError' })
        gaps.push(performance.now() - at)
      }
      expect(readdirSync(join(folder, 'out'))).toEqual(['x.db'])
      expect(statSync(options.target).size).toBe(size)
    }
    expect(gaps.length).toBeGreaterThan(0)
    expect(gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThan(100)
  })
})
