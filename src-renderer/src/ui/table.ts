import { computed, ref, type ComputedRef, type Ref } from 'vue'

/** One column of a Table. A column with `value` can be sorted; a slot named after `key` may draw its cells. */
export interface Column<Row> {
  key: string
  label: string
  align?: 'left' | 'right' | 'center'
  /** Any CSS width; without one the browser shares what is left. */
  width?: string
  /** Shown as the header's tooltip. */
  help?: string
  /** What the cell holds: its text when there is no slot, and its place in the order. null sorts last. */
  value?: (row: Row) => string | number | null
}

export interface Order {
  key: string
  descending: boolean
}

export interface UseSortedRowsReturn<Row> {
  order: Ref<Order | null>
  sorted: ComputedRef<readonly Row[]>
  /** First click ascending (numbers descending), then the other way, then as given. */
  sortBy: (column: Column<Row>) => void
}

export function useSortedRows<Row>(
  rows: () => readonly Row[],
  columns: () => readonly Column<Row>[],
  initial: Order | null,
): UseSortedRowsReturn<Row> {
  const order: Ref<Order | null> = ref(initial)
  const sorted = computed(() => {
    const by = order.value
    const value = by && columns().find((column) => column.key === by.key)?.value
    if (!by || !value) return rows()
    const sign = by.descending ? -1 : 1
    return [...rows()].sort((left, right) => {
      const a = value(left)
      const b = value(right)
      if (a === null || b === null) return Number(a === null) - Number(b === null)
      if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
      return sign * String(a).localeCompare(String(b), 'en', { numeric: true })
    })
  })
  function sortBy(column: Column<Row>): void {
    const first = rows().find((row) => column.value?.(row) !== null)
    const descendingFirst = first !== undefined && typeof column.value?.(first) === 'number'
    const now = order.value?.key === column.key ? order.value.descending : null
    if (now === null) order.value = { key: column.key, descending: descendingFirst }
    else order.value = now === descendingFirst ? { key: column.key, descending: !descendingFirst } : null
  }
  return { order, sorted, sortBy }
}
