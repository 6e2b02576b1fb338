import type { Argument, ExperimentSpec } from '@contract'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { FakeWorkbench } from './fake-workbench'
import { mountPage } from './mount'

function created(fake: FakeWorkbench): ExperimentSpec | undefined {
  return fake.calls.find((call) => call.name === 'experiments.create')?.argument as
    Argument<'experiments.create'> | undefined
}
async function quickLook(): Promise<void> {
  await page.getByRole('button', { name: 'Quick look', exact: true }).click()
  await expect.element(page.getByRole('heading', { name: /Transformer/ })).toBeVisible()
}

test('an empty experiment offers the four models of Quick look', async () => {
  await mountPage('/experiment')
  await page.getByRole('button', { name: 'Take the four models of Quick look' }).click()
  for (const name of ['Popularity', 'EASE', 'iALS', 'Transformer'])
    await expect.element(page.getByLabelText('Models', { exact: true }).getByText(name, { exact: true })).toBeVisible()
  await expect.element(page.getByRole('radio', { name: 'Quick' })).toBeChecked()
})

test('the form is made from the schema and marks what differs from the preset', async () => {
  await mountPage('/experiment')
  await quickLook()
  const size = page.getByRole('spinbutton', { name: /^Hidden size/ })
  await expect.element(size).toHaveValue('32')
  await page.getByRole('radio', { name: 'Paper' }).click()
  await expect.element(size).toHaveValue('512')
  await expect.element(page.getByRole('spinbutton', { name: /^Learning rate/ })).toHaveValue('1e-4')

  await size.fill('256')
  await page.getByRole('button', { name: 'Back to the preset: 512' }).click()
  await expect.element(size).toHaveValue('512')
  await expect.element(page.getByRole('button', { name: /^Reset/ })).not.toBeInTheDocument()
})

test('what is out of range or no number is said at its field, and nothing can be queued', async () => {
  await mountPage('/experiment')
  await quickLook()
  const layers = page.getByRole('spinbutton', { name: /^Layers/ })
  await expect.element(page.getByRole('button', { name: 'Queue 8 runs' })).toBeEnabled()
  for (const [typed, sentence] of [
    ['77', 'Between 1 and 12.'],
    ['2.5', 'A whole number is needed.'],
    ['two', 'A number is needed, such as 2.'],
  ] as const) {
    await layers.fill(typed)
    await expect.element(page.getByRole('alert')).toMatchTextContent(new RegExp(sentence))
    await expect.element(layers).toHaveAttribute('aria-invalid', 'true')
    await expect.element(page.getByRole('button', { name: 'Queue runs' })).toBeDisabled()
  }
  await layers.fill('3')
  await expect.element(page.getByRole('button', { name: 'Queue 8 runs' })).toBeEnabled()
})

test('arrow keys step a number, by tens where its range is logarithmic', async () => {
  await mountPage('/experiment')
  await quickLook()
  await page.getByRole('spinbutton', { name: /^Layers/ }).click()
  await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}')
  await expect.element(page.getByRole('spinbutton', { name: /^Layers/ })).toHaveValue('2')
  await page.getByRole('spinbutton', { name: /^Learning rate/ }).click()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(page.getByRole('spinbutton', { name: /^Learning rate/ })).toHaveValue('3e-4')
})

test.each([
  ['', 'At least one seed is needed, such as 1.'],
  ['1, x', 'Whole numbers separated by commas, or a range such as 1-5.'],
  ['1, 2, 1', 'A seed stands here twice.'],
])('seeds %j: %s', async (typed, sentence) => {
  await mountPage('/experiment')
  await quickLook()
  await page.getByLabelText('Seeds').fill(typed)
  await expect.element(page.getByText(sentence).first()).toBeVisible()
  await expect.element(page.getByRole('button', { name: 'Queue runs' })).toBeDisabled()
})

test('two rows of one model get different labels, and equal labels are refused', async () => {
  await mountPage('/experiment')
  await quickLook()
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('menuitem', { name: 'EASE' }).click()
  await expect.element(page.getByLabelText('Label in tables')).toHaveValue('EASE 2')
  await page.getByLabelText('Label in tables').fill('EASE')
  await expect.element(page.getByText('Another row has this label.')).toBeVisible()
})

test('the queue gets models, seeds, domains and protocol, and Run is shown', async () => {
  const { fake, router } = await mountPage('/experiment')
  await quickLook()
  await page.getByLabelText('Seeds').fill('1-2')
  await expect.element(page.getByRole('table', { name: 'Cost estimate' })).toBeVisible()
  await page.getByRole('button', { name: 'Queue 6 runs' }).click()
  await expect.poll(() => router.currentRoute.value.path, { timeout: 8000 }).toBe('/run/exp-3')
  expect(created(fake)).toMatchObject({
    kind: 'comparison',
    datasetId: 'ds-latest-small',
    domains: { kind: 'genres' },
    protocol: { split: 'user-time', ratios: [0.8, 0.1, 0.1] },
    seeds: [1, 2],
    backend: 'auto',
  })
  expect(created(fake)?.runs.map((run) => run.model)).toEqual(['popularity', 'ease', 'ials', 'transformer'])
  expect(created(fake)?.runs[3]?.config).toMatchObject({ dim: 32, crossDomain: 'shared', text: true })
})

test('a refusal is told above the button, in its own words', async () => {
  const { fake } = await mountPage('/experiment', {
    fail: { 'experiments.create': 'Movie 260 is in both domains. Choose disjoint genre sets.' },
  })
  await quickLook()
  await page.getByRole('button', { name: 'Queue 8 runs' }).click()
  await expect
    .element(page.getByLabelText('Plan', { exact: true }).getByRole('alert'))
    .toMatchTextContent(/Movie 260 is in both domains\./)
  fake.fail = {}
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect.poll(() => created(fake)).toBeDefined()
})

test('the ablation study takes the Transformer apart, one row a part', async () => {
  const { fake } = await mountPage('/experiment')
  await page.getByRole('button', { name: 'Ablation study' }).click()
  await expect.element(page.getByText('Text and image off').first()).toBeVisible()
  await page.getByRole('button', { name: 'Queue 18 runs' }).click()
  await expect.poll(() => created(fake)?.kind).toBe('ablation')
  expect(created(fake)?.runs.find((run) => run.label === 'Text off')?.config).toMatchObject({
    text: false,
    image: true,
  })
})

test('a backend that is not there says why', async () => {
  await mountPage('/experiment')
  await quickLook()
  await page.getByRole('combobox', { name: 'Backend' }).click()
  await expect.element(page.getByRole('option', { name: /webgpu/ })).toHaveAttribute('aria-disabled', 'true')
  await expect.element(page.getByText('No GPU adapter was found.')).toBeVisible()
  await page.getByRole('option', { name: /wasm/ }).click()
  await expect.element(page.getByText('CPU, SIMD, 1 thread, 32 GFLOP/s, 4,200 samples/s in training')).toBeVisible()
})
