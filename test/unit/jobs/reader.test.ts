import { mkdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importDataset } from '../../../src-main/datasets/importing/import.ts'
import type { Reply } from '../../../src-main/jobs/messages.ts'
import { answerSchemas } from '../../../src-main/jobs/reader-answers.ts'
import type { QuestionName, Questions } from '../../../src-main/jobs/reader-questions.ts'
import { Desk } from '../../../src-main/jobs/reader.ts'
import { workspacePaths } from '../../../src-main/workspace/paths.ts'
import { createPlotFile } from '../../../src-main/workspace/plot-file.ts'
import * as v from 'valibot'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DomainSpec, ProtocolSpec } from '../../../src-preload/contract.ts'
import { release, writeFiles } from '../datasets/files.ts'

const datasetId = 'ds-0000000000000001'
const folder = mkdtempSync(join(tmpdir(), 'crossreel-reader-'))
const paths = workspacePaths(folder)
const domains: DomainSpec = { kind: 'genres', a: ['Action', 'Crime', 'Thriller'], b: ['Comedy', 'Drama', 'Romance'], ties: 'rarer-genre' } // prettier-ignore
const protocol: ProtocolSpec = {
  split: 'user-time',
  ratios: [0.6, 0.2, 0.2],
  positive: 3,
  kCore: 2,
  historyAtTest: 'train+validation',
  cutoffs: [10],
  splitSeed: 1,
  overlap: 0.5,
  foldIn: 0.8,
  candidates: { kind: 'all' },
  density: { A: 1, B: 1 },
}
const split = { datasetId, name: 'Small', domains, protocol }

beforeAll(async () => {
  mkdirSync(dirname(paths.dataset(datasetId)), { recursive: true })
  await importDataset({
    source: writeFiles(join(folder, 'source'), release()),
    target: paths.dataset(datasetId),
    datasetId,
    name: 'As imported',
    synthetic: false,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A desk whose replies are kept in the order they came. */
function open(): { desk: Desk; replies: Reply[]; ask: Asking } {
  const replies: Reply[] = []
  const waiting = new Map<number, (reply: Reply) => void>()
  const desk = new Desk(paths, (reply) => {
    replies.push(reply)
    waiting.get(reply.id)?.(reply)
  })
  let asked = 0
  const ask: Asking = async (question, argument, lane) => {
    const id = ++asked
    const reply = await new Promise<Reply>((resolve) => {
      waiting.set(id, resolve)
      desk.ask({ type: 'ask', id, question, argument, lane: lane ?? null })
    })
    if (reply.type === 'unanswered') throw new Error(`${reply.overtaken ? 'overtaken: ' : ''}${reply.reason}`)
    return v.parse(answerSchemas[question], structuredClone(reply.answer))
  }
  return { desk, replies, ask }
}
type Asking = <N extends QuestionName>(
  question: N,
  argument: Questions[N]['argument'],
  lane?: string,
) => Promise<Questions[N]['answer']>

test('answers about a data set: facts, report, users, history, movies, presets', async () => {
  const { ask, desk } = open()
  const facts = await ask('datasets.facts', { datasetId })
  expect(facts.user).toEqual({ least: 10, median: 10, most: 10 })
  expect(facts.coverage.reduce((sum, { movies }) => sum + movies, 0)).toBe(12)
  expect((await ask('datasets.report', { datasetId })).rowsKept).toBe(200)
  const page = await ask('datasets.users', { datasetId, search: ' 1', sort: 'ratings', offset: 1, limit: 3 })
  expect(page.total).toBe(11)
  expect(page.users.map(({ user }) => user)).toEqual([10, 11, 12])
  const history = await ask('datasets.history', { datasetId, user: 3, offset: 2, limit: 4 })
  expect(history).toMatchObject({ user: 3, ratings: 10, firstRatingAt: 1_000_003_000_000 })
  expect(history.entries.map(({ ratedAt }) => ratedAt / 1000 - 1_000_003_000)).toEqual([7, 6, 5, 4])
  expect(history.entries[0]?.movie.title).toMatch(/^The Title \d+$|^Title \d+, The$/)
  await expect(ask('datasets.history', { datasetId, user: 99, offset: 0, limit: 1 })).rejects.toThrow(
    'The data set has no user 99. Search for another one.',
  )
  expect((await ask('datasets.movies', { datasetId, search: 'title 12', offset: 0, limit: 5 })).total).toBe(1)
  expect(await ask('domains.suggest', { datasetId })).toMatchObject({ kind: 'genres' })
  expect(Array.isArray(await ask('domains.presets', { datasetId }))).toBe(true)
  desk.close()
})

test('answers about a split, under the name the data set has now; a torn user is one person', async () => {
  const { ask, desk } = open()
  const { card, steps } = await ask('split.preview', split)
  expect(card.rows[0]?.value).toMatch(/^Small \(/)
  const checked = await ask('split.check', split)
  expect(checked).toMatchObject({ users: 30, items: 10, events: checked.summary.train })
  expect(steps.find(({ label }) => label.includes('linked'))?.users).toBe(30)

  const users = await ask('split.users', { split, search: '', order: 'user', limit: 100 })
  expect(users.map(({ user }) => user)).toEqual(Array.from({ length: 20 }, (_, u) => u + 1))
  const total = users.reduce((sum, { ratingsA, ratingsB }) => sum + ratingsA + ratingsB, 0)
  expect(total).toBe(steps[2]?.ratings)
  const first = await ask('split.users', { split, search: '', order: 'ratingsB', limit: 3 })
  expect(first).toEqual(users.toSorted((a, b) => b.ratingsB - a.ratingsB || a.user - b.user).slice(0, 3))

  for (const { user, ratingsA, ratingsB, testA, testB } of users) {
    const seen = await ask('split.user', { split, runs: [], user, k: 10 })
    const relevant = [seen.heldOut.A.length, seen.heldOut.B.length]
    expect(relevant).toEqual([testA, testB])
    expect(seen.history.A.length + testA).toBeLessThanOrEqual(ratingsA)
    expect(seen.history.B.length + testB).toBeLessThanOrEqual(ratingsB)
    expect(Math.min(seen.history.A.length, seen.history.B.length)).toBeGreaterThan(0)
  }
  await expect(ask('split.user', { split, runs: [], user: 77, k: 10 })).rejects.toThrow(
    'User 77 is not among the users of this experiment. Search for another one.',
  )
  desk.close()
})

test('a newer question of a lane overtakes the older at once; other lanes and questions without one are answered', async () => {
  const { ask, desk, replies } = open()
  const preview = (kCore: number, lane?: string): Promise<unknown> =>
    ask('split.preview', { ...split, protocol: { ...protocol, kCore } }, lane).catch((error: Error) => error.message)
  const answers = await Promise.all([preview(1, 'x'), preview(2, 'y'), preview(2), preview(3, 'x'), preview(4, 'x')])
  const overtaken = 'overtaken: A newer question came before this one was answered.'
  expect(answers.map((each) => (typeof each === 'string' ? each : 'answered'))).toEqual([
    overtaken,
    'answered',
    'answered',
    overtaken,
    'answered',
  ])
  expect(replies.map(({ id }) => id).slice(0, 2)).toEqual([1, 4]) // before any work
  expect(new Set(replies.map(({ id }) => id)).size).toBe(5)
  desk.close()
})

test('quick questions are answered before a long one that came earlier', async () => {
  const { ask, desk, replies } = open()
  await Promise.all([ask('split.preview', split), ask('domains.suggest', { datasetId })])
  expect(replies.map(({ id }) => id)).toEqual([2, 1])
  desk.close()
})

test('forgetting ends what is asked of the data set, and what was attached meanwhile is seen', async () => {
  const { ask, desk } = open()
  const plots = async (): Promise<number> =>
    (await ask('datasets.facts', { datasetId })).coverage.reduce((sum, group) => sum + group.plots, 0)
  expect(await plots()).toBe(0)
  const long = ask('split.preview', split)
  const [ended] = await Promise.allSettled([long, ask('forget', { datasetId })])
  expect(ended).toMatchObject({ reason: new Error('The data set has just changed. Ask again.') })
  await createPlotFile(paths.plots(datasetId), new Map([[10, 'A plot.']]), [])
  expect(await plots()).toBe(1)
  expect((await ask('datasets.movies', { datasetId, search: 'title 1', offset: 0, limit: 9 })).movies.map(({ plot }) => plot)).toContain('A plot.') // prettier-ignore
  expect(await ask('split.preview', split)).toMatchObject({ train: expect.any(Number) })
  desk.close()
})

test.each<[string, unknown, string]>([
  ['nonsense', {}, "The reader knows no question 'nonsense'."],
  ['datasets.facts', { datasetId: '../x' }, 'The question datasets.facts cannot be read: datasetId: it is not an id.'],
  ['datasets.facts', { datasetId: 'ds-0000000000000009' }, 'The file of the data set is missing: '],
  [
    'domains.preview',
    { datasetId, domains: { ...domains, a: [] } },
    'Domain A has no genre. Give each domain at least one.',
  ],
])('%s about %j is refused with a sentence', async (question, argument, sentence) => {
  const replies: Reply[] = []
  const desk = new Desk(paths, (reply) => replies.push(reply))
  desk.ask({ type: 'ask', id: 1, question, argument, lane: null })
  await Promise.resolve().then(() => new Promise((resolve) => setImmediate(resolve)))
  expect(replies).toEqual([{ type: 'unanswered', id: 1, overtaken: false, reason: expect.stringContaining(sentence) }])
  desk.close()
})
