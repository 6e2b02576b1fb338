/** What the Studies screen says about studies and trials: pure. */
import type { HyperParameterValue, ModelInfo, Study, StudySpec, StudyState, Trial } from '@contract'
import { studyKinds } from '../../stores/study-draft.ts'

export const studyTone: Record<StudyState, 'neutral' | 'accent' | 'good' | 'warning' | 'danger'> = {
  running: 'accent',
  paused: 'warning',
  done: 'good',
  failed: 'danger',
  cancelled: 'neutral',
  interrupted: 'warning',
}

export function kindLabel(kind: StudySpec['kind']): string {
  return studyKinds.find((each) => each.value === kind)?.label ?? kind
}

/** It has not ended: it works, is held, or was cut off. */
export function unfinished({ state }: Pick<Study, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'interrupted'
}

/** The searched values of a trial, in the order of the search: 'λ 312 · input from 3.5'. */
export function searchedValues(trial: Pick<Trial, 'config'>, model: ModelInfo | undefined): string {
  const keys = model?.search.map(({ key }) => key) ?? []
  return keys
    .map((key) => {
      const label = model?.hyperParameters.find((row) => row.key === key)?.label ?? key
      const value = trial.config[key]
      return value === undefined ? '' : `${label} ${writeValue(value)}`
    })
    .filter((text) => text !== '')
    .join(' · ')
}

/** Three significant digits tell trials apart. */
function writeValue(value: HyperParameterValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'string' || Number.isInteger(value)) return String(value)
  return Math.abs(value) < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(3)))
}
