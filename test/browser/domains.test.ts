import type { Argument } from '@contract'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { FakeWorkbench } from './fake-workbench'
import { mountPage } from './mount'

function lastPreview(fake: FakeWorkbench): Argument<'domains.preview'>['domains'] | undefined {
  const call = fake.calls.findLast((each) => each.name === 'domains.preview')
  return (call?.argument as Argument<'domains.preview'> | undefined)?.domains
}
const column = (name: string) => page.getByRole('list', { name, exact: true })

test('the suggested sets are shown with their counts', async () => {
  await mountPage('/domains')
  await expect
    .element(column('Domain A').getByRole('button', { name: /^Thriller ?, Domain A, 1,894 movies$/ }))
    .toBeVisible()
  await expect.element(column('Domain B').getByRole('button', { name: /^Comedy/ })).toBeVisible()
  await expect.element(page.getByText('Every genre is used')).toBeVisible()
  await expect.element(page.getByLabelText('Size of the domains')).toMatchTextContent(/both598/)
})

test('a click takes a genre out, an arrow puts it into the other domain, and the counts follow', async () => {
  const { fake } = await mountPage('/domains')
  await column('Domain A')
    .getByRole('button', { name: /^Horror/ })
    .click()
  await expect.element(column('Unused').getByRole('button', { name: /^Horror ?, Unused/ })).toBeVisible()
  await page.getByRole('button', { name: 'Horror to domain B' }).click()
  await expect.element(column('Domain B').getByRole('button', { name: /^Horror/ })).toBeVisible()
  await expect.poll(() => lastPreview(fake)).toMatchObject({ kind: 'genres', b: expect.arrayContaining(['Horror']) })
})

test('arrow keys walk the columns and move the genre, and the focus stays with it', async () => {
  await mountPage('/domains')
  const first = column('Domain A').getByRole('button', { name: /^Thriller/ })
  await expect.element(first).toBeVisible()
  ;(first.element() as HTMLElement).focus()
  await userEvent.keyboard('{ArrowDown}{ArrowRight}')
  await expect.element(column('Unused').getByRole('button', { name: /^Action ?, Unused/ })).toHaveFocus()
  await userEvent.keyboard('{ArrowRight}')
  await expect.element(column('Domain B').getByRole('button', { name: /^Action ?, Domain B/ })).toHaveFocus()
})

test('no domains asks for the whole catalogue and keeps the sets for the way back', async () => {
  const { fake } = await mountPage('/domains')
  await page.getByRole('radio', { name: 'No domains' }).click()
  await expect.poll(() => lastPreview(fake)).toEqual({ kind: 'single' })
  await expect.element(page.getByLabelText('Size of the domains')).toMatchTextContent(/9,742/)
  await page.getByRole('radio', { name: 'Genres' }).click()
  await expect.element(column('Domain A').getByRole('button', { name: /^Thriller/ })).toBeVisible()
})

test('a domain without a genre is said, and nothing is asked for it', async () => {
  const { fake } = await mountPage('/domains')
  await expect.element(column('Domain B').getByRole('button', { name: /^Drama/ })).toBeVisible()
  for (const genre of ['Drama', 'Comedy', 'Romance', 'Children', 'Animation', 'Documentary', 'Musical'])
    await column('Domain B')
      .getByRole('button', { name: new RegExp(`^${genre}`) })
      .click()
  await expect.element(page.getByRole('alert')).toMatchTextContent(/Domain B has no genre yet\./)
  await expect.element(page.getByRole('button', { name: 'Set up an experiment' })).toBeDisabled()
  expect(
    fake.calls
      .filter((call) => call.name === 'domains.preview')
      .every(({ argument }) => JSON.stringify(argument).includes('"b":["')),
  ).toBe(true)
})

test('parts that do not sum to 100 % are told at their field, and the split is not asked for', async () => {
  const { fake } = await mountPage('/domains')
  await expect.element(page.getByText('72,219')).toBeVisible()
  const before = fake.calls.filter((call) => call.name === 'protocol.preview').length
  await page.getByLabelText('Train part in percent').fill('70')
  await expect.element(page.getByText('The three parts sum to 100 %.')).toBeVisible()
  await page.getByLabelText('Test part in percent').fill('20')
  await expect.element(page.getByText('63,192')).toBeVisible()
  const after = fake.calls.filter((call) => call.name === 'protocol.preview')
  expect(after.length).toBe(before + 1)
  expect((after.at(-1)?.argument as Argument<'protocol.preview'>).protocol.ratios).toEqual([0.7, 0.1, 0.2])
})

test('a failing preview shows its sentence and can be tried again', async () => {
  const { fake } = await mountPage('/domains', {
    fail: { 'protocol.preview': 'No rating is left after the 5-core. A smaller k keeps more.' },
  })
  await expect.element(page.getByRole('alert')).toMatchTextContent(/No rating is left after the 5-core\./)
  fake.fail = {}
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.element(page.getByText('72,219')).toBeVisible()
})

test('a preset and a saved map bring their sets back', async () => {
  const { fake } = await mountPage('/domains')
  await page.getByRole('button', { name: 'Presets' }).click()
  await page.getByRole('menuitem', { name: 'Horror against comedy' }).click()
  await expect.poll(() => lastPreview(fake)).toEqual({ kind: 'genres', a: ['Horror'], b: ['Comedy'], ties: 'drop' })
  await page.getByRole('button', { name: 'Save map' }).click()
  await page.getByLabelText('Name').fill('Scary or funny')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Presets' }).click()
  await page.getByRole('menuitem', { name: /^Action and thriller/ }).click()
  await page.getByRole('button', { name: 'Saved maps' }).click()
  await page.getByRole('menuitem', { name: 'Scary or funny', exact: true }).click()
  await expect.poll(() => lastPreview(fake)).toMatchObject({ a: ['Horror'], b: ['Comedy'] })
})

test('movie lists are read from a file', async () => {
  const { fake } = await mountPage('/domains')
  await page.getByRole('radio', { name: 'Movie lists' }).click()
  await expect.element(page.getByText('No list of movies has been read yet.')).toBeVisible()
  await page.getByRole('button', { name: 'Choose a file' }).click()
  await expect.element(page.getByText('3 movies in domain A, 2 in domain B.')).toBeVisible()
  await expect.poll(() => lastPreview(fake)).toMatchObject({ kind: 'lists', a: [1, 2, 3], b: [4, 5] })
})

test('linked users and densities go into the protocol; what is out of range is said and not asked for', async () => {
  const { fake } = await mountPage('/domains')
  const protocol = () =>
    (fake.calls.findLast((call) => call.name === 'protocol.preview')?.argument as Argument<'protocol.preview'>).protocol
  await page.getByLabelText('Linked users').fill('30')
  await page.getByLabelText("Share of domain B's training events in percent").fill('10')
  await expect.poll(() => protocol()).toMatchObject({ overlap: 0.3, density: { A: 1, B: 0.1 } })
  await expect.element(page.getByText('The other shared users become one user in each domain.')).toBeVisible()
  await page.getByLabelText('Linked users').fill('130')
  await expect.element(page.getByText('Between 0 and 100 %.')).toBeVisible()
})
