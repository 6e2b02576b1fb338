/** One entry of a Select, a Segmented control or Tabs. */
export interface Choice<Value extends string = string> {
  value: Value
  label: string
  /** A second line; for a disabled choice, why it is not available. */
  note?: string | undefined
  disabled?: boolean | undefined
}

/** One entry of a Menu. */
export interface MenuEntry {
  label: string
  run: () => void
  danger?: boolean
  disabled?: boolean
}
