import type { StudySpec } from '@contract'
import { describe, expect, test, vi } from 'vitest'
import { page } from 'vitest/browser'
import { parseDensities } from '@/stores/study-draft'
import { mountPage } from './mount.ts'

const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 })
const start = () => page.getByRole('button', { name: 'Start the study' })

describe('a new study', () => {
  test('begins with what is suggested and is started with what was changed', async () => {
    const { fake, router } = await mountPage('/study')
    await expect.element(page.getByText('24 trials and 12 runs')).toBeVisible() // three search; without chance is one run
    await page.getByRole('checkbox', { name: 'iALS' }).click()
    await page.getByRole('textbox', { name: 'Seeds' }).fill('1-2')
    await page.getByRole('spinbutton', { name: 'Trials' }).fill('4')
    await expect.element(page.getByText('8 trials and 4 runs')).toBeVisible()
    await start().click()
    await soon(() => expect(router.currentRoute.value.fullPath).toBe('/study/study-3'))
    const spec = fake.calls.find(({ name }) => name === 'studies.create')?.argument as StudySpec
    expect(spec.runs.map(({ label }) => label)).toEqual(['Popularity', 'EASE', 'Transformer'])
    expect(spec).toMatchObject({ kind: 'table1', seeds: [1, 2], tuning: { trials: 4, method: 'tpe' }, densities: [1] })
  })

  test('says at the field what is wrong, and cannot be started', async () => {
    await mountPage('/study')
    await page.getByRole('radio', { name: 'Table 2' }).click()
    const density = page.getByRole('textbox', { name: 'Target density' })
    await expect.element(density).toHaveValue('100, 30, 10')
    await density.fill('100, 0')
    await expect.element(page.getByRole('alert')).toMatchTextContent(/Percentages from 1 to 100/)
    await expect.element(start()).toBeDisabled()
    await density.fill('100, 10')
    await expect.element(start()).toBeEnabled()
  })

  test('shows why the workbench refuses it', async () => {
    const { fake } = await mountPage('/study')
    fake.fail['studies.create'] = 'Movie 7 is in both domains.'
    await expect.element(start()).toBeEnabled()
    await start().click()
    await expect.element(page.getByRole('alert')).toMatchTextContent(/Movie 7 is in both domains/)
  })
})

describe('a study', () => {
  test('shows its trials, the best of each model and what was searched', async () => {
    await mountPage('/study/study-searching')
    const table = page.getByRole('table', { name: 'Trials' })
    await expect.element(table).toBeVisible()
    await expect.element(table.getByText('L2 penalty 312')).toBeVisible()
    await expect.element(table.getByText('stopped early')).toBeVisible()
    await expect.element(page.getByText('Tuning Transformer, trial 3 of 8')).toBeVisible()
  })

  test('is held, goes on and follows its events', async () => {
    const { fake } = await mountPage('/study/study-searching')
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect.element(page.getByRole('button', { name: 'Pause' })).toBeVisible()
    expect(fake.calls.map(({ name }) => name)).toEqual(expect.arrayContaining(['studies.pause', 'studies.resume']))
    const before = fake.calls.filter(({ name }) => name === 'studies.get').length
    fake.emit('studies.changed', { studyId: 'study-searching' })
    await soon(() => expect(fake.calls.filter(({ name }) => name === 'studies.get').length).toBe(before + 1))
  })

  test('that is done shows its tables and leads to its experiments', async () => {
    const { router } = await mountPage('/study/study-done')
    await expect.element(page.getByText(/Without cross-domain\s+0\.1150/)).toBeVisible()
    await page.getByRole('link', { name: 'Compare' }).last().click()
    await soon(() => expect(router.currentRoute.value.fullPath).toBe('/compare/exp-rivals'))
  })

  test('is removed after a question', async () => {
    const { fake } = await mountPage('/study/study-done')
    await page.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await soon(() => expect(fake.calls).toContainEqual({ name: 'studies.remove', argument: { studyId: 'study-done' } }))
    await expect.element(start()).toBeVisible()
  })
})

test('densities are percentages', () => {
  expect(parseDensities('100, 30 10%')).toEqual([1, 0.3, 0.1])
  expect(parseDensities('0, 101, x')).toEqual([Number.NaN, Number.NaN, Number.NaN])
})
