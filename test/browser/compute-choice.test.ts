// The backend of the last experiment is the next one's choice, with its measured speed; one that is gone gives way to the automatic choice.
import { expect, test } from 'vitest'
import { page } from 'vitest/browser'
import { backends } from './fake/models'
import { mountPage } from './mount'

const chosen = (): ReturnType<typeof page.getByRole> => page.getByRole('combobox', { name: 'Backend' })

test('the choice is remembered and shown with its measured speed', async () => {
  const { fake } = await mountPage('/experiment', { settings: { backend: 'wasm' } })
  await expect.element(chosen()).toHaveTextContent('wasm')
  await expect.element(page.getByText(/GFLOP\/s, [\d,]+ samples\/s in training/)).toBeVisible()

  await chosen().click()
  await page.getByRole('option', { name: /Fastest available/ }).click()
  await expect.element(chosen()).toHaveTextContent('Fastest available')
  await expect
    .poll(() => fake.calls.filter(({ name }) => name === 'settings.set').at(-1)?.argument)
    .toEqual({ backend: 'auto' })
})

test('a remembered backend that is not there any more gives way to the automatic choice', async () => {
  const gone = backends.find(({ available }) => !available)
  await mountPage('/experiment', { settings: { backend: gone?.id ?? 'tensorflow' } })
  await expect.element(chosen()).toHaveTextContent('Fastest available')
})
