import '@/ui/base.css'
import Dialog from '@/ui/Dialog.vue'
import IconButton from '@/ui/IconButton.vue'
import NumberField from '@/ui/NumberField.vue'
import Segmented from '@/ui/Segmented.vue'
import Table from '@/ui/Table.vue'
import type { Column } from '@/ui/table'
import { expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-vue'
import { defineComponent, h, ref } from 'vue'

interface Row {
  name: string
  score: number | null
}
const rows: Row[] = [
  { name: 'EASE', score: 0.12 },
  { name: 'Popularity', score: null },
  { name: 'iALS', score: 0.3 },
]
const columns: Column<Row>[] = [
  { key: 'name', label: 'Model', value: (row) => row.name },
  { key: 'score', label: 'NDCG', align: 'right', value: (row) => row.score },
]
const firstCells = (): (string | undefined)[] =>
  [...document.querySelectorAll('tbody tr')].map((row) => row.querySelector('td')?.textContent?.trim())

function mountTable(): { chosen: { value: string | null } } {
  const chosen = ref<string | null>(null)
  const host = defineComponent(
    () => () =>
      h(Table<Row>, {
        columns,
        rows,
        rowKey: (row: Row) => row.name,
        label: 'Models',
        selectable: true,
        selected: chosen.value,
        'onUpdate:selected': (key: string | null) => (chosen.value = key),
      }),
  )
  void render(host)
  return { chosen }
}

test('a table sorts numbers high to low first, then low to high, then as given; what has no number stays last', async () => {
  mountTable()
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
  const { chosen } = mountTable()
  ;(page.getByRole('row', { name: /EASE/ }).element() as HTMLElement).focus()
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
  await expect.element(page.getByRole('row', { name: /iALS/ })).toHaveFocus()
  await userEvent.keyboard('{Enter}')
  expect(chosen.value).toBe('iALS')
  await expect.element(page.getByRole('row', { name: /iALS/ })).toHaveAttribute('aria-selected', 'true')
  await userEvent.keyboard('{Home} ')
  expect(chosen.value).toBe('EASE')
})

test('table rows are 24 px high', async () => {
  mountTable()
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
  void render(host)
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
  void render(host)
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
  const value = ref('a')
  const host = defineComponent(
    () => () =>
      h(Segmented<string>, {
        label: 'Letter',
        choices: [
          { value: 'a', label: 'First' },
          { value: 'b', label: 'Second' },
        ],
        modelValue: value.value,
        'onUpdate:modelValue': (now: string) => (value.value = now),
      }),
  )
  void render(host)
  ;(page.getByRole('radio', { name: 'First' }).element() as HTMLElement).focus()
  await userEvent.keyboard('{ArrowRight}')
  await expect.poll(() => value.value).toBe('b')
})

test('an icon button says its label on keyboard focus', async () => {
  void render(IconButton, { props: { label: 'Cancel the run' }, slots: { default: () => 'x' } })
  await userEvent.keyboard('{Tab}')
  await expect.element(page.getByRole('button', { name: 'Cancel the run' })).toHaveFocus()
  await expect.element(page.getByRole('tooltip')).toHaveTextContent(/Cancel the run/)
})
