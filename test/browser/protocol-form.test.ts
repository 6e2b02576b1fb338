import type { Argument, ProtocolSpec } from '@contract'
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import type { FakeWorkbench } from './fake-workbench'
import { mountPage } from './mount'

const lastProtocol = (fake: FakeWorkbench): ProtocolSpec | undefined =>
  (
    fake.calls.findLast((call) => call.name === 'protocol.preview')?.argument as
      Argument<'protocol.preview'> | undefined
  )?.protocol
const form = () => page.getByRole('region', { name: 'Protocol', exact: true })

async function choose(field: string, choice: string): Promise<void> {
  await form().getByLabelText(field, { exact: true }).click()
  await page.getByRole('option', { name: choice }).click()
}

test('each split has words of its own, and asks only for what it uses', async () => {
  const { fake } = await mountPage('/domains')
  await expect
    .element(form().getByLabelText('Split', { exact: true }))
    .toMatchTextContent(/Each user's ratings by time/)

  await choose('Split', "Each user's last rating")
  await expect.poll(() => lastProtocol(fake)?.split).toBe('leave-last-one')
  await expect.element(form().getByText(/One answer a user/)).toBeVisible()
  await expect.element(form().getByLabelText('Train part in percent')).not.toBeInTheDocument()
  await expect.element(form().getByText('History at test')).toBeVisible()

  await choose('Split', 'One moment for everybody')
  await expect.poll(() => lastProtocol(fake)?.split).toBe('global-time')
  await expect.element(form().getByText('Of all ratings by time.')).toBeVisible()

  await choose('Split', 'New users')
  await expect.element(form().getByText('Users', { exact: true })).toBeVisible()
  await expect.element(form().getByText('History at test')).not.toBeInTheDocument()
  await form().getByLabelText('Known of them').fill('50')
  await expect.poll(() => lastProtocol(fake)).toMatchObject({ split: 'strong-generalisation', foldIn: 0.5 })
  await form().getByLabelText('Known of them').fill('95')
  await expect.element(form().getByText('Between 10 and 90 %.')).toBeVisible()

  await choose('Split', 'A lost domain')
  await expect.poll(() => lastProtocol(fake)).toMatchObject({ split: 'cold-target', foldIn: 0.8 }) // what nobody sees is put right
  await expect.element(form().getByText(/Of those held out half lose A, half B\./)).toBeVisible()
})

test('without domains none can be lost, and the form says so', async () => {
  await mountPage('/domains')
  await choose('Split', 'A lost domain')
  await page.getByRole('radio', { name: 'No domains' }).click()
  await expect.element(form().getByText(/^Without domains there is none to lose\./)).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Set up an experiment' })).toBeDisabled()
  await choose('Split', "Each user's ratings at random")
  await expect.element(page.getByRole('button', { name: 'Set up an experiment' })).toBeEnabled()
  await form().getByLabelText('Split', { exact: true }).click()
  await expect.element(page.getByRole('option', { name: 'A lost domain' })).toHaveAttribute('data-disabled')
})

test('sampled movies are taken only after the warning was answered', async () => {
  const { fake } = await mountPage('/domains')
  await expect.poll(() => lastProtocol(fake)?.candidates).toEqual({ kind: 'all' })
  await choose('Ranked against', 'sampled movies')
  const warning = page.getByRole('alertdialog', { name: 'Sampled movies' })
  await expect
    .element(warning)
    .toMatchTextContent(/5 to 10 times larger than against all movies, and models change places/)
  await warning.getByRole('button', { name: 'Keep every movie' }).click()
  await expect.element(form().getByLabelText('Ranked against')).toMatchTextContent(/every unseen movie/)
  expect(lastProtocol(fake)?.candidates).toEqual({ kind: 'all' })

  await choose('Ranked against', 'sampled movies')
  await warning.getByRole('button', { name: 'Use a sample' }).click()
  await expect.poll(() => lastProtocol(fake)?.candidates).toEqual({ kind: 'sampled', negatives: 100 })
  await expect.element(form().getByText('Inflated: only beside papers that sampled.')).toBeVisible()
  await form().getByLabelText('Sampled movies for each user').fill('0')
  await expect.element(form().getByText('A whole number from 1 to 100,000.')).toBeVisible()
  await form().getByLabelText('Sampled movies for each user').fill('50')
  await expect.poll(() => lastProtocol(fake)?.candidates).toEqual({ kind: 'sampled', negatives: 50 })
  await choose('Ranked against', 'every unseen movie')
  await expect.poll(() => lastProtocol(fake)?.candidates).toEqual({ kind: 'all' })
})

test("the card's warning stands beside the split and in the card", async () => {
  await mountPage('/domains')
  await expect.element(page.getByText('72,219')).toBeVisible()
  const warned = (region: string) => page.getByRole('region', { name: region }).getByText(/reorder models/)
  await expect.element(warned('Split preview')).not.toBeInTheDocument()
  await choose('Ranked against', 'sampled movies')
  await page.getByRole('button', { name: 'Use a sample' }).click()
  await expect.element(warned('Split preview')).toBeVisible()
  await expect.element(warned('Protocol card')).toBeVisible()
})
