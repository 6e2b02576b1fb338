import type { Job } from '@contract'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { mountPage } from './mount'

const job: Job = {
  id: 'job-train',
  kind: 'train',
  label: 'Train Transformer, seed 1',
  state: 'running',
  createdAt: 1,
  startedAt: 2,
  phase: 'Epoch 3 of 30',
  fraction: 0.1,
  eta: 75,
  samplesPerSecond: 570.4,
  error: null,
  datasetId: null,
  runId: 'run-1',
}

test('number keys switch the screen, except while something is typed', async () => {
  const { router } = await mountPage('/data')
  const here = () => expect.poll(() => router.currentRoute.value.name, { timeout: 8000 })
  await userEvent.keyboard('2')
  await here().toBe('domains')
  await userEvent.keyboard('3')
  await here().toBe('experiment')
  await page.getByLabelText('Seeds').fill('1')
  await userEvent.keyboard('2')
  await here().toBe('experiment')
})

test('the three screens about an experiment carry the current one in the address', async () => {
  const { router } = await mountPage('/data')
  await page.getByRole('link', { name: 'Compare' }).click()
  await expect.poll(() => router.currentRoute.value.path, { timeout: 8000 }).toBe('/compare/exp-running')
  await page.getByRole('button', { name: /^Experiment: Transformer/ }).click()
  await page.getByRole('menuitem', { name: 'Rivals on ml-latest-small' }).click()
  await expect.poll(() => router.currentRoute.value.path).toBe('/compare/exp-rivals')
})

test('the theme is applied at once and kept', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('radio', { name: 'Dark theme' }).click()
  expect(document.documentElement.dataset['theme']).toBe('dark')
  expect(fake.calls.at(-1)).toEqual({ name: 'settings.set', argument: { theme: 'dark' } })
  await page.getByRole('radio', { name: 'Light theme' }).click()
  expect(document.documentElement.dataset['theme']).toBe('light')
})

test('the strip follows a job from the queue to its end', async () => {
  const { fake } = await mountPage('/data')
  const strip = page.getByRole('contentinfo')
  await expect.element(strip).toMatchTextContent(/No job is running/)
  fake.emit('job.changed', job)
  fake.emit('job.changed', { ...job, id: 'job-2', label: 'Train EASE, seed 1', state: 'queued', createdAt: 3 })
  await expect
    .element(strip)
    .toMatchTextContent(/Train Transformer, seed 1.*Epoch 3 of 30.*10 %.*1 min 15 s left.*570 samples\/s.*1 waiting/)
  await strip.getByRole('button', { name: 'Cancel' }).click()
  expect(fake.calls.at(-1)).toEqual({ name: 'jobs.cancel', argument: { jobId: 'job-train' } })

  fake.emit('job.changed', {
    ...job,
    state: 'failed',
    error: 'The disk is full. Free some space and queue the run again.',
  })
  await expect.element(strip.getByRole('alert')).toMatchTextContent(/The disk is full\./)
  await strip.getByRole('button', { name: 'Dismiss' }).click()
  await expect.element(strip.getByRole('alert')).not.toBeInTheDocument()
})

test('a workspace that cannot be read is told on the screen, with a way to try again', async () => {
  const { fake } = await mountPage('/data', {
    fail: { 'datasets.list': 'workspace.db is locked by another program. Close it and try again.' },
  })
  await expect.element(page.getByRole('alert')).toMatchTextContent(/workspace\.db is locked/)
  await expect.element(page.getByText('No data set yet')).not.toBeInTheDocument()
  fake.fail = {}
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.element(page.getByRole('heading', { name: 'ml-latest-small', level: 1 })).toBeVisible()
})

test.each(['/domains', '/experiment'])('%s without a data set leads to Data', async (path) => {
  const { router } = await mountPage(path, { empty: true })
  await page.getByRole('button', { name: 'Go to Data' }).click()
  await expect.poll(() => router.currentRoute.value.name).toBe('data')
})
