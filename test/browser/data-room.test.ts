import type { Argument, RequestName } from '@contract'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { FakeWorkbench } from './fake-workbench'
import { mountPage } from './mount'

function last<N extends RequestName>(fake: FakeWorkbench, name: N): Argument<N> | undefined {
  return fake.calls.findLast((call) => call.name === name)?.argument as Argument<N> | undefined
}
async function more(entry: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: entry }).click()
}

test('the overview draws the facts, and notes are kept when the field is left', async () => {
  const { fake } = await mountPage('/data')
  await expect.element(page.getByRole('img', { name: /^Ratings per user: users by ratings/ })).toBeVisible()
  await expect.element(page.getByRole('img', { name: /^Posters and plots by popularity/ })).toBeVisible()
  await expect.element(page.getByText('20 to 2,698, median 71')).toBeVisible()
  await page.getByLabelText('Notes').fill('split of the first study')
  await userEvent.tab()
  await expect.poll(() => last(fake, 'datasets.note')?.notes).toBe('split of the first study')
})

test('users are searched and walked with the arrow keys, and their ratings are read', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('tab', { name: /^Users/ }).click()
  await expect.element(page.getByRole('heading', { name: /^User \d+/ })).toBeVisible()
  await page.getByRole('radio', { name: 'id' }).click()
  await page.getByLabelText('Search user ids').fill('61')
  await expect.element(page.getByRole('status')).toMatchTextContent(/2 users/)
  await page.getByRole('option', { name: /^61 / }).click()
  await expect.element(page.getByRole('heading', { name: /^User 61 / })).toBeVisible()
  await page.getByRole('listbox', { name: 'Users' }).element().focus()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(page.getByRole('heading', { name: /^User 610 / })).toBeVisible()
  await expect.poll(() => last(fake, 'datasets.history')?.user).toBe(610)
})

test('a cleaned version is previewed rule by rule before it is made', async () => {
  const { fake } = await mountPage('/data')
  await more('Make a cleaned version…')
  const steps = page.getByRole('table', { name: 'What each rule leaves' })
  await expect.element(steps.getByText('5-core')).toBeVisible()
  await page.getByText('Without users who gave more than').click()
  await expect.element(steps.getByText('Burst raters')).toBeVisible()
  await page.getByLabelText('Ratings within 24 hours').fill('0')
  await expect.element(page.getByText('A threshold is not a whole number in its range.')).toBeVisible()
  await page.getByLabelText('Ratings within 24 hours').fill('300')
  await page.getByRole('radio', { name: 'by user' }).click()
  await page.getByRole('button', { name: 'Make it' }).click()
  await expect
    .poll(() => last(fake, 'datasets.clean'))
    .toEqual({
      datasetId: 'ds-latest-small',
      name: 'ml-latest-small, cleaned',
      recipe: {
        impossibleTimes: 'remove',
        orphans: 'keep',
        burst: { perDay: 300 },
        constant: null,
        kCore: 5,
        standardise: 'user',
      },
    })
})

test('two data sets are combined by a table of users', async () => {
  const { fake } = await mountPage('/data')
  await more('Combine with another data set…')
  await expect.element(page.getByRole('button', { name: 'Combine', exact: true })).toBeDisabled()
  await page.getByRole('button', { name: 'Choose a table' }).click()
  await page.getByRole('button', { name: 'Combine', exact: true }).click()
  await expect
    .poll(() => last(fake, 'datasets.combine'))
    .toEqual({
      first: 'ds-latest-small',
      second: 'ds-sample',
      name: 'ml-latest-small and Sample',
      links: 'picked-links',
    })
})

test('a rating table shows what its columns seem to mean, and is imported as it was said', async () => {
  const { fake } = await mountPage('/data', { table: true })
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await expect.element(page.getByRole('columnheader', { name: /reader/ })).toBeVisible()
  await page.getByRole('combobox', { name: 'Meaning of the column score' }).click()
  await page.getByRole('option', { name: 'not used' }).click()
  await expect.element(page.getByText('No column holds the ratings yet.')).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await page.getByRole('combobox', { name: 'Meaning of the column score' }).click()
  await page.getByRole('option', { name: 'rating' }).click()
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect
    .poll(() => last(fake, 'datasets.import')?.mapping)
    .toEqual({
      separator: ',',
      header: true,
      columns: ['user', 'item', 'rating', 'timestamp', 'ignored'],
      highest: 10,
    })
})

test('posters are fetched only with a key, and the dialog says what leaves the machine', async () => {
  const { fake } = await mountPage('/data')
  await more('Fetch posters from TMDB…')
  await expect.element(page.getByText(/its TMDB id is sent to api\.themoviedb\.org/)).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Fetch posters' })).toBeDisabled()
  await page.getByLabelText('Your TMDB key').fill('0123456789abcdef0123456789abcdef')
  await page.getByRole('button', { name: 'Fetch posters' }).click()
  await expect.poll(() => last(fake, 'datasets.fetchPosters')?.datasetId).toBe('ds-latest-small')
})

test('vectors are added under a name, and the facts tell what is there', async () => {
  const { fake } = await mountPage('/data')
  await more('Add vectors…')
  await expect.element(page.getByRole('button', { name: 'Add', exact: true })).toBeDisabled()
  await page.getByLabelText('Name').fill(' audio ')
  await page.getByRole('combobox', { name: 'Movies are named by' }).click()
  await page.getByRole('option', { name: /^TMDB id/ }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect
    .poll(() => last(fake, 'datasets.addVectors'))
    .toEqual({ datasetId: 'ds-latest-small', token: 'picked-vectors', name: 'audio', by: 'tmdbId' })
  await expect.element(page.getByText('128 numbers, 50 % of movies')).toBeVisible()
})

test('a data set is renamed', async () => {
  await mountPage('/data')
  await more('Rename…')
  await page.getByLabelText('Name').fill('MovieLens, small')
  await page.getByRole('button', { name: 'Rename', exact: true }).click()
  await expect.element(page.getByRole('heading', { name: 'MovieLens, small', level: 1 })).toBeVisible()
})

test('the workspace tells where its bytes are and is backed up into a folder', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('button', { name: /^Workspace/ }).click()
  await expect.element(page.getByRole('list', { name: 'Disk use' }).getByText('Feature tables')).toBeVisible()
  await page.getByRole('button', { name: 'Back up' }).click()
  await expect.poll(() => last(fake, 'workspace.backup')).toEqual({ token: 'picked-folder' })

  fake.emit('job.changed', {
    ...(await fake.call('jobs.list', {})).at(-1)!,
    state: 'done',
    phase: 'The backup lies in /home/ada/backups/crossreel-2026-11-23.',
  })
  await expect.element(page.getByText(/The backup lies in \/home\/ada\/backups/)).toBeVisible()
  await page.getByRole('button', { name: 'Dismiss' }).click()
  await expect.element(page.getByText(/The backup lies in/)).not.toBeInTheDocument()
})
