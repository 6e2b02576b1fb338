import { expect, test, vi } from 'vitest'
import type { Reply } from '../../../src-main/jobs/messages.ts'
import { OvertakenError, ReaderProcess } from '../../../src-main/jobs/reader-process.ts'
import { type FakeProcess, fakeLauncher } from './fake-launcher.ts'

const datasetId = 'ds-0000000000000001'
const patience = { startMs: 30, cancelMs: 20, exitMs: 20 }
const preset = { id: 'x', label: 'X', help: 'X.', spec: { kind: 'single' } }

function reader(): { reader: ReaderProcess; processes: FakeProcess[] } {
  const { launch, processes } = fakeLauncher()
  return { reader: new ReaderProcess('/workspace', launch, { patience, idleMs: 40 }), processes }
}
const asks = (process: FakeProcess | undefined): number[] =>
  (process?.commands ?? []).flatMap((command) => (command.type === 'ask' ? [command.id] : []))
const answer = (id: number): Reply => ({ type: 'answer', id, answer: [preset] })
/** Looked at again when promises have had their turn. */
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error)

test('starts with the first question, posts what waited once it is ready, and answers each by its number', async () => {
  const { reader: mine, processes } = reader()
  expect(processes).toHaveLength(0)
  const first = mine.ask('domains.presets', { datasetId })
  const second = mine.ask('domains.suggest', { datasetId }, 'a lane')
  expect(processes).toHaveLength(1)
  expect(processes[0]?.commands).toEqual([])
  processes[0]?.say({ type: 'ready' })
  expect(processes[0]?.commands).toEqual([
    { type: 'start', workspace: '/workspace', task: { kind: 'read' } },
    { type: 'ask', id: 1, question: 'domains.presets', argument: { datasetId }, lane: null },
    { type: 'ask', id: 2, question: 'domains.suggest', argument: { datasetId }, lane: 'a lane' },
  ])
  processes[0]?.say({ type: 'answer', id: 2, answer: { kind: 'single' } })
  processes[0]?.say(answer(1))
  expect(await second).toEqual({ kind: 'single' })
  expect(await first).toEqual([preset])
})

test('what is no answer to the question fails, and so does what was not answered', async () => {
  const { reader: mine, processes } = reader()
  const questions = [1, 2, 3].map(() => mine.ask('domains.presets', { datasetId }))
  const ended = Promise.allSettled(questions)
  processes[0]?.say({ type: 'ready' })
  processes[0]?.say({ type: 'answer', id: 1, answer: [{ ...preset, label: 7 }] })
  processes[0]?.say({ type: 'unanswered', id: 2, overtaken: false, reason: 'The file is gone.' })
  processes[0]?.say({ type: 'unanswered', id: 3, overtaken: true, reason: 'A newer one came.' })
  const reasons = (await ended).map((each) => (each.status === 'rejected' ? String(each.reason) : each.status))
  expect(reasons).toEqual([
    'Error: The answer to domains.presets cannot be read: 0.label: expected string but received 7.',
    'Error: The file is gone.',
    'OvertakenError: A newer one came.',
  ])
  expect(await caught(questions[2]!)).toBeInstanceOf(OvertakenError)
})

test('when it dies, what was not answered fails with a sentence; the next question starts another', async () => {
  const { reader: mine, processes } = reader()
  const lost = caught(mine.ask('domains.presets', { datasetId }))
  processes[0]?.say({ type: 'ready' })
  processes[0]?.exit({ reason: 'oom' })
  expect(String(await lost)).toMatch(/^Error: The reader of the data sets ran out of memory\. .* ask again\.$/)
  const next = mine.ask('domains.presets', { datasetId })
  processes[1]?.say({ type: 'ready' })
  processes[1]?.say(answer(asks(processes[1])[0]!))
  expect(await next).toEqual([preset])
})

test('a reader that fails is ended, and its late exit does not touch the one after it', async () => {
  const { reader: mine, processes } = reader()
  const lost = caught(mine.ask('domains.presets', { datasetId }))
  processes[0]!.mortal = false
  processes[0]?.say({ type: 'failed', cancelled: false, reason: 'A message cannot be read.' })
  expect(processes[0]?.killed).toBe(true)
  const next = mine.ask('domains.presets', { datasetId })
  processes[1]?.say({ type: 'ready' })
  processes[0]?.exit({ signal: 'SIGKILL' })
  expect(String(await lost)).toBe('Error: A message cannot be read.')
  processes[1]?.say(answer(asks(processes[1])[0]!))
  expect(await next).toEqual([preset])
})

test('one that never starts is ended, and one that cannot be launched says so', async () => {
  const { reader: mine, processes } = reader()
  expect(String(await caught(mine.ask('domains.presets', { datasetId })))).toBe(
    'Error: The reader of the data sets did not start within 0.03 s. Try again.',
  )
  expect(processes[0]?.killed).toBe(true)
  const none = new ReaderProcess('/workspace', () => {
    throw new Error('no such program')
  })
  expect(String(await caught(none.ask('domains.presets', { datasetId })))).toMatch(
    /could not be started: .*no such program/,
  )
})

test('forgetting needs no reader; with one it waits until the files are closed', async () => {
  const { reader: mine, processes } = reader()
  await mine.forget(datasetId)
  expect(processes).toHaveLength(0)
  const question = mine.ask('domains.presets', { datasetId })
  processes[0]?.say({ type: 'ready' })
  const forgotten = vi.fn()
  const forgetting = mine.forget(datasetId).then(forgotten)
  processes[0]?.say(answer(1))
  await question
  expect(forgotten).not.toHaveBeenCalled()
  processes[0]?.say({ type: 'answer', id: 2, answer: null })
  await forgetting
  expect(forgotten).toHaveBeenCalled()
})

test('closing settles what is open, asks the process to leave, and ends it when it stays', async () => {
  const { reader: mine, processes } = reader()
  const open = caught(mine.ask('domains.presets', { datasetId }))
  processes[0]?.say({ type: 'ready' })
  await mine.close()
  expect(String(await open)).toBe('Error: The workbench was closed before this was answered.')
  expect(processes[0]?.commands.at(-1)).toEqual({ type: 'cancel' })
  expect(processes[0]?.killed).toBe(true)
  expect(String(await caught(mine.ask('domains.presets', { datasetId })))).toBe(
    'Error: The workbench has been closed. Open it again.',
  )
  await mine.forget(datasetId)
  expect(processes).toHaveLength(1)
})

test('closing what never started, and what not even a kill ends, does not wait for ever', async () => {
  await reader().reader.close()
  const { reader: mine, processes } = reader()
  void caught(mine.ask('domains.presets', { datasetId }))
  processes[0]!.mortal = false
  await mine.close()
  expect(processes[0]?.killed).toBe(true)
})

test('one that has nothing to do for long leaves, and comes back with the next question', async () => {
  const { reader: mine, processes } = reader()
  const first = mine.ask('domains.presets', { datasetId })
  processes[0]?.say({ type: 'ready' })
  processes[0]?.say(answer(1))
  await first
  await vi.waitFor(() => expect(processes[0]?.commands.at(-1)).toEqual({ type: 'cancel' }))
  const next = mine.ask('domains.presets', { datasetId })
  processes[0]?.exit()
  processes[1]?.say({ type: 'ready' })
  processes[1]?.say(answer(2))
  expect(await next).toEqual([preset])
})
