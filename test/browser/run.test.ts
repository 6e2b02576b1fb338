import { describe, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { countStates, firstShown, secondsOf } from '@/views/run/run-order'
import { finishedExperiment, makeRun, runningExperiment } from './fake/experiments.ts'
import { mountPage } from './mount.ts'

/** Waits long enough for a machine that does other things at once. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 })

const running = '/run/exp-running'
const charts = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role=img][aria-label*="by"]')]
const lossLabel = (): string => charts().find((at) => at.ariaLabel?.startsWith('Training loss'))?.ariaLabel ?? ''

describe('the runs of an experiment', () => {
  test('stand in one row each with state, epochs, values and time', async () => {
    await mountPage('/run/exp-rivals')
    const rows = page.getByRole('table', { name: 'Runs' }).getByRole('row')
    await expect.element(rows.nth(12)).toBeVisible()
    const last = rows.nth(12).element().textContent?.replaceAll(/\s+/g, ' ')
    expect(last).toContain('Transformer')
    expect(last).toContain('done')
    expect(last).toContain('0.1188') // validation .1155 + 3 * .0011
    expect(last).toContain('0.1151') // test .1112 + 3 * .0013
    expect(last).toContain('3 min 34 s')
    await expect.element(page.getByText(/12 done/)).toBeVisible()
  })

  test('lead to their comparison', async () => {
    const { router } = await mountPage('/run/exp-rivals')
    await page.getByRole('button', { name: 'Compare' }).click()
    await soon(() => expect(router.currentRoute.value.fullPath).toBe('/compare/exp-rivals'))
  })

  test('that failed say why, and are queued again', async () => {
    const { fake } = await mountPage(running)
    await expect.element(page.getByText(/out of memory/)).toBeVisible()
    await page.getByRole('button', { name: 'Queue again' }).click()
    expect(fake.calls).toContainEqual({ name: 'runs.retry', argument: { runId: 'exp-running-run-2' } })
    await expect.element(page.getByText(/out of memory/)).not.toBeInTheDocument()
  })

  test('are cancelled one by one; a refusal is shown', async () => {
    const { fake } = await mountPage(running)
    await page.getByRole('button', { name: 'Cancel Transformer, seed 2' }).click()
    expect(fake.calls).toContainEqual({ name: 'runs.cancel', argument: { runId: 'exp-running-run-4' } })
    fake.fail['runs.cancel'] = 'The run has ended already.'
    await page.getByRole('button', { name: 'Cancel Transformer, seed 3' }).click()
    await expect.element(page.getByRole('alert').first()).toMatchTextContent(/The run has ended already\./)
  })

  test('are paused and go on, and one that was cut off goes on from its checkpoint', async () => {
    const { fake } = await mountPage(running)
    await page.getByRole('button', { name: 'Pause' }).click()
    expect(fake.calls).toContainEqual({ name: 'runs.pause', argument: { runId: 'exp-running-run-3' } })
    await page.getByRole('button', { name: 'Go on', exact: true }).first().click()
    await soon(() =>
      expect(fake.calls).toContainEqual({ name: 'runs.resume', argument: { runId: 'exp-running-run-3' } }),
    )
  })

  test('give their model away as a file, into a folder that is named', async () => {
    const { fake } = await mountPage('/run/exp-rivals', { shell: 'browser' })
    await page.getByRole('button', { name: 'Export model Transformer, seed 3' }).click()
    await expect.element(page.getByRole('dialog', { name: 'Choose a folder' })).toBeVisible()
    await expect.element(page.getByRole('button', { name: 'Send a file' })).not.toBeInTheDocument()
    await page.getByLabelText(/Path on the machine/).fill('/home/ada/models')
    await page.getByRole('button', { name: 'Use this path' }).click()
    await expect.element(page.getByRole('status').getByText(/Written to .*\.safetensors/)).toBeVisible()
    expect(fake.calls.filter(({ name }) => name === 'runs.exportModel')).toHaveLength(1)
    expect(page.getByRole('dialog').elements()).toHaveLength(0)
  })

  test('come from a file too; one that belongs elsewhere is refused with its reason', async () => {
    const { fake } = await mountPage('/run/exp-rivals') // with native dialogs
    const bring = (): Promise<void> => page.getByRole('button', { name: 'Import a model' }).click()
    await bring()
    await soon(() =>
      expect(fake.calls).toContainEqual({ name: 'files.pick', argument: { purpose: 'weights', folder: false } }),
    )
    await expect.element(page.getByRole('rowheader', { name: 'Transformer (imported)' })).toBeVisible()
    fake.fail['runs.importModel'] = "The model 'T' does not belong to this experiment."
    await bring()
    await expect.element(page.getByRole('alert').first()).toMatchTextContent(/does not belong to this experiment/)
  })
})

describe('curves', () => {
  test('of the running run are fetched at once and grow with its points', async () => {
    const { fake } = await mountPage(running)
    await soon(() => expect(lossLabel()).toContain('at step 420'))
    const asked = fake.calls.filter(({ name }) => name === 'runs.series').map(({ argument }) => argument)
    expect(asked).toHaveLength(4)
    expect(asked).toContainEqual({ runId: 'exp-running-run-3', name: 'loss', points: 2000 })

    const drawn = (): string => charts()[0]!.querySelector('canvas')!.toDataURL()
    await soon(() => expect(drawn().length).toBeGreaterThan(5_000))
    const before = drawn()
    fake.emit('run.points', {
      runId: 'exp-running-run-3',
      // 420 has been fetched already and is taken once
      series: [{ name: 'loss', x: [420, 500, 1000], y: [9, 2.5, 1.25] }],
    })
    await soon(() => expect(lossLabel()).toContain('to 1.250 at step 1,000'))
    expect(lossLabel()).not.toContain('highest 9')
    await soon(() => expect(drawn()).not.toBe(before))
  })

  test('of others are drawn when they are ticked, and go when the tick goes', async () => {
    await mountPage('/run/exp-rivals')
    await soon(() => expect(lossLabel()).toContain('3 curves'))
    await page.getByRole('checkbox', { name: 'Show the curves of Transformer, seed 2' }).click()
    await soon(() => expect(lossLabel()).toContain('2 curves'))
    expect(lossLabel()).not.toContain('seed 2')
  })

  test('of a run that is queued again begin anew', async () => {
    const { fake } = await mountPage(running)
    await soon(() => expect(lossLabel()).toContain('at step 420'))
    const again = { ...runningExperiment().runs[3]!, state: 'queued' as const, startedAt: null }
    fake.emit('run.changed', again)
    // what the workbench has of a run that has not begun
    vi.spyOn(fake, 'call').mockImplementation(async (name, argument) => {
      if (name !== 'runs.series' || !('name' in argument)) throw new Error(`${name} is not expected here`)
      return { name: argument.name, x: [], y: [] } as never
    })
    fake.emit('run.changed', { ...again, state: 'running' })
    fake.emit('run.points', { runId: again.id, series: [{ name: 'loss', x: [1, 2], y: [7, 6] }] })
    await soon(() => expect(lossLabel()).toContain('at step 2,'))
  })

  test('that cannot be read say so', async () => {
    await mountPage(running, {
      fail: { 'runs.series': 'runs/3/metrics.db is missing. Queue the run again.' },
    })
    await expect.element(page.getByRole('alert').first()).toMatchTextContent(/metrics\.db is missing/)
  })
})

test('progress of the running run: fraction, time left, speed, learning rate', async () => {
  const { fake } = await mountPage(running)
  fake.emit('job.changed', {
    id: 'job-9',
    kind: 'train',
    label: 'Train Transformer, seed 1',
    state: 'running',
    createdAt: 0,
    startedAt: 0,
    phase: 'Epoch 4 of 30',
    fraction: 0.37,
    eta: 75,
    samplesPerSecond: 612.4,
    error: null,
    datasetId: null,
    runId: 'exp-running-run-3',
  })
  const box = page.getByRole('region', { name: 'Running: Transformer, seed 1' })
  await expect.element(box).toMatchTextContent(/Epoch 4 of 30/)
  await expect.element(box).toMatchTextContent(/37 %.*1 min 15 s.*612/)
  await expect.element(box.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '37')
})

describe('without an experiment', () => {
  test('the screen leads to setting one up', async () => {
    const { router } = await mountPage('/run', { empty: true })
    await expect.element(page.getByText(/No experiment yet/)).toBeVisible()
    await page.getByRole('button', { name: 'Set up an experiment' }).click()
    await soon(() => expect(router.currentRoute.value.path).toBe('/experiment'))
  })
  test('of the address, those that are there are offered', async () => {
    const { router } = await mountPage('/run/exp-gone')
    await expect.element(page.getByText(/This experiment is not in the workspace/)).toBeVisible()
    await page.getByRole('button', { name: 'Rivals on ml-latest-small' }).click()
    await soon(() => expect(router.currentRoute.value.fullPath).toBe('/run/exp-rivals'))
  })
  test('because the list failed, the reason is shown and asked again', async () => {
    const { fake } = await mountPage('/run/exp-rivals', {
      fail: { 'experiments.list': 'workspace.db is locked by another Crossreel.' },
    })
    await expect.element(page.getByRole('alert').first()).toMatchTextContent(/workspace\.db is locked/)
    delete fake.fail['experiments.list']
    await page.getByRole('button', { name: 'Try again' }).first().click()
    await expect.element(page.getByRole('table', { name: 'Runs' })).toBeVisible()
  })
})

describe('what is said about runs', () => {
  const { runs } = runningExperiment()
  test('states are counted in a fixed order', () => {
    expect(countStates(runs)).toBe('2 done, 1 running, 2 queued, 1 failed')
  })
  test('time runs from the start to the end, or to now', () => {
    expect(secondsOf(runs[0]!, 0)).toBe(3.1)
    expect(secondsOf(runs[3]!, runs[3]!.startedAt! + 5_000)).toBe(5)
    expect(secondsOf(runs[4]!, 0)).toBeNull()
    expect(secondsOf({ ...runs[2]!, endedAt: null }, 0)).toBeNull()
  })
  test('curves shown first: of one model, what runs, then the first seeds of every label, eight at most', () => {
    expect(firstShown(runningExperiment())).toEqual(['exp-running-run-3'])
    const many = [1, 2, 3].flatMap((seed) =>
      ['a', 'b', 'c', 'd'].map((label, i) => ({
        ...makeRun('exp', seed * 10 + i, 'transformer', label, seed, 'done'),
        id: `${label}${seed}`,
      })),
    )
    const other = { ...makeRun('exp', 99, 'ials', 'MF', 1, 'done'), epochs: 16 }
    expect(firstShown({ ...finishedExperiment(), runs: [other, ...many.toReversed()] }).toSorted()).toEqual(
      ['a1', 'b1', 'c1', 'd1', 'a2', 'b2', 'c2', 'd2'].toSorted(),
    )
  })
})
