import '@/ui/base.css'
import Dialog from '@/ui/Dialog.vue'
import IconButton from '@/ui/IconButton.vue'
import NumberField from '@/ui/NumberField.vue'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-vue'
import { defineComponent, h, ref } from 'vue'
import SegmentedHost from './hosts/SegmentedHost.vue'
import TableHost from './hosts/TableHost.vue'

const firstCells = (): (string | undefined)[] =>
  [...document.querySelectorAll('tbody tr')].map((row) => row.querySelector('td')?.textContent?.trim())

test('a table sorts numbers high to low first, then low to high, then as given; what has no number stays last', async () => {
  await render(TableHost)
  const header = page.getByRole('button', { name: 'NDCG' })
  expect(firstCells()).toEqual(['EASE', 'Popularity', 'iALS'])
  await header.click()
  expect(firstCells()).toEqual(['iALS', 'EASE', 'Popularity'])
  await expect.element(page.getByRole('columnheader', { name: 'NDCG' })).toHaveAttribute('aria-sort', 'descending')
  await header.click()
  expect(firstCells()).toEqual(['EASE', 'iALS', 'Popularity'])
  await header.click()
  expect(firstCells()).toEqual(['EASE', 'Popularity', 'iALS'])
})

test('rows of a table are walked and chosen with the keyboard', async () => {
  await render(TableHost)
  const chosen = page.getByRole('status')
  ;(page.getByRole('row', { name: /EASE/ }).element() as HTMLElement).focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
  await expect.element(page.getByRole('row', { name: /iALS/ })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  await expect.element(chosen).toHaveTextContent('iALS')
  await expect.element(page.getByRole('row', { name: /iALS/ })).toHaveAttribute('aria-selected', 'true')
  await userEvent.keyboard('{Home} ')
  await expect.element(chosen).toHaveTextContent('EASE')
})

test('table rows are 24 px high', async () => {
  await render(TableHost)
  expect(document.querySelector('tbody tr')!.getBoundingClientRect().height).toBe(24)
})

test('a dialog is closed by Esc and gives the focus back', async () => {
  const open = ref(false)
  const host = defineComponent(() => () => [
    h('button', { onClick: () => (open.value = true) }, 'Open it'),
    h(
      Dialog,
      { title: 'A question', open: open.value, 'onUpdate:open': (now: boolean) => (open.value = now) },
      () => 'Content',
    ),
  ])
  await render(host)
  await page.getByRole('button', { name: 'Open it' }).click()
  await expect.element(page.getByRole('dialog', { name: 'A question' })).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument()
  await expect.element(page.getByRole('button', { name: 'Open it' })).toHaveFocus()
})

test('a number field keeps what is typed and gives NaN for what is no number', async () => {
  const value = ref(5)
  const host = defineComponent(
    () => () =>
      h(NumberField, {
        label: 'k',
        modelValue: value.value,
        min: 0,
        max: 6,
        'onUpdate:modelValue': (now: number) => (value.value = now),
      }),
  )
  await render(host)
  const field = page.getByLabelText('k')
  await field.fill('1e-4')
  expect(value.value).toBe(1e-4)
  await field.fill('1.')
  await expect.element(field).toHaveValue('1.')
  await field.fill('many')
  expect(value.value).toBeNaN()
  await field.fill('6')
  await userEvent.keyboard('{ArrowUp}')
  expect(value.value).toBe(6)
})

test('a segmented control is a radio group that arrow keys move in', async () => {
  await render(SegmentedHost)
  ;(page.getByRole('radio', { name: 'First' }).element() as HTMLElement).focus()
  // the choice follows the focus while the key is down, as it is for a moment when a person presses it
  await userEvent.keyboard('{ArrowRight>}')
  await expect.element(page.getByRole('status')).toHaveTextContent('b')
  await userEvent.keyboard('{/ArrowRight}')
})

test('an icon button says its label on keyboard focus', async () => {
  await render(IconButton, { props: { label: 'Cancel the run' }, slots: { default: () => 'x' } })
  await userEvent.keyboard('{Tab}')
  await expect.element(page.getByRole('button', { name: 'Cancel the run' })).toHaveFocus()
  await expect.element(page.getByRole('tooltip')).toMatchTextContent(/Cancel the run/)
})
