import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { mountPage } from './mount'

test('the first start offers the sample, says that it is synthetic, and shows it when it is made', async () => {
  const { fake } = await mountPage('/data', { empty: true })
  await expect.element(page.getByText('No data set yet')).toBeVisible()
  await expect.element(page.getByText(/The sample is synthetic.*Nothing is downloaded/)).toBeVisible()

  await page.getByRole('button', { name: 'Make the sample data set' }).click()
  await expect.element(page.getByRole('main').getByRole('progressbar')).toHaveAttribute('aria-valuenow', '42')
  expect(fake.calls.map((call) => call.name)).toContain('datasets.sample')

  fake.finish('job-1')
  await expect.element(page.getByRole('heading', { name: 'Sample', level: 1 })).toBeVisible()
  await expect.element(page.getByRole('complementary').getByText('synthetic')).toBeVisible()
})

test('a picked file is shown as what it is, and imported under the name given to it', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await expect.element(page.getByRole('dialog').getByText('MovieLens latest-small (CSV)')).toBeVisible()

  await page.getByLabelText('Name').fill('')
  await expect.element(page.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
  await page.getByLabelText('Name').fill('small, again')
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  expect(fake.calls.at(-1)).toEqual({
    name: 'datasets.import',
    argument: { token: 'picked-dataset', name: 'small, again', mapping: null },
  })
  await expect.element(page.getByRole('complementary').getByText('Import small, again')).toBeVisible()

  fake.finish('job-1')
  await expect.element(page.getByRole('heading', { name: 'small, again', level: 1 })).toBeVisible()
})

test('without native dialogs a path is typed, and a refused one is told in the dialog', async () => {
  const { fake } = await mountPage('/data', {
    shell: 'browser',
    fail: { 'files.typed': 'There is no file at /nowhere. Check the path.' },
  })
  await page.getByRole('button', { name: 'Folder' }).click()
  await page.getByLabelText(/Path on the machine/).fill('/nowhere')
  await page.getByRole('button', { name: 'Use this path' }).click()
  await expect.element(page.getByRole('alert')).toMatchTextContent(/There is no file at \/nowhere\. Check the path\./)

  fake.fail = {}
  await userEvent.keyboard('{Enter}')
  await expect.element(page.getByText('Recognised as')).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
})

test('a source that is not MovieLens is refused with its sentence, and can be tried again', async () => {
  const { fake } = await mountPage('/data', {
    fail: { 'datasets.recognise': 'holiday.zip holds no ratings.csv, ratings.dat or u.data.' },
  })
  await page.getByRole('button', { name: 'File', exact: true }).click()
  await expect.element(page.getByRole('alert')).toMatchTextContent(/holiday\.zip holds no ratings\.csv/)
  fake.fail = {}
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.element(page.getByText('Recognised as')).toBeVisible()
})

test('movies are searched, and only the rows that are seen are drawn', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('tab', { name: /^Movies/ }).click()
  await expect.element(page.getByText('Toy Story')).toBeVisible()
  expect(document.querySelectorAll('.browser li').length).toBeLessThan(60)
  const asked = fake.calls.filter((call) => call.name === 'datasets.posters')
  expect(asked.length).toBeGreaterThan(0)

  await page.getByLabelText('Search titles').fill('pulp')
  await expect.element(page.getByRole('status')).toMatchTextContent(/1 movie/)
  await page.getByLabelText('Search titles').fill('zzz')
  await expect.element(page.getByText('No movie has this in its title')).toBeVisible()
  await page.getByLabelText('Search titles').fill('')
  await expect.element(page.getByText('Toy Story')).toBeVisible()
})

test('scrolling reads the pages it reaches', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('tab', { name: /^Movies/ }).click()
  await expect.element(page.getByText('Toy Story')).toBeVisible()
  document.querySelector('.scroller')!.scrollTo({ top: 52 * 5000 })
  await expect
    .poll(() =>
      fake.calls.some(
        ({ name, argument }) => name === 'datasets.movies' && (argument as { offset: number }).offset === 5000,
      ),
    )
    .toBe(true)
  await expect.poll(() => document.querySelector('.browser .name')?.textContent ?? '').toMatch(/ (49|50)\d\d$/)
})

test('the cleaning report shows its places on demand', async () => {
  await mountPage('/data')
  await page.getByRole('tab', { name: 'Cleaning report' }).click()
  await expect.element(page.getByText(/100,852 rating rows read/)).toBeVisible()
  await expect.element(page.getByText(/28,2571,4/)).not.toBeInTheDocument()
  await page.getByRole('button', { name: /Duplicate rating/ }).click()
  await expect.element(page.getByText(/28,2571,4/)).toBeVisible()
})

test('a data set is removed only after it was asked twice, and can be brought back', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Remove…' }).click()
  expect(fake.calls.some((call) => call.name === 'datasets.remove')).toBe(false)
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect.element(page.getByRole('heading', { name: 'Sample', level: 1 })).toBeVisible()
  await expect.element(page.getByText('ml-latest-small removed')).toBeVisible()
  await page.getByRole('button', { name: 'Bring back' }).click()
  await expect.element(page.getByRole('heading', { name: 'ml-latest-small', level: 1 })).toBeVisible()
  await expect.element(page.getByText('ml-latest-small removed')).not.toBeInTheDocument()
})

test('posters are attached to the data set that is shown', async () => {
  const { fake } = await mountPage('/data')
  await page.getByRole('button', { name: 'Add posters' }).click()
  await page.getByRole('combobox', { name: 'Movies are named by' }).click()
  await page.getByRole('option', { name: /^IMDb id/ }).click()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect
    .poll(() => fake.calls.find((call) => call.name === 'datasets.addPosters')?.argument)
    .toEqual({ datasetId: 'ds-latest-small', token: 'picked-posters', by: 'imdbId' })
})
