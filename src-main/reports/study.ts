/** A study as text, LaTeX, CSV or Markdown: its tables in order, how the configurations were found, and what the paper reports, apart. */
import type { Comparison, DomainName, Study, Trial } from '../../src-preload/contract.ts'
import { decimal, duration } from '../evaluation/number-format.ts'
import { recordsCsv, recordsOf } from './csv.ts'
import { tableLatex } from './latex.ts'
import { escapeMarkdown, tableMarkdown } from './markdown.ts'
import { paperTable } from './paper.ts'
import { ablationTable, comparisonTable, protocolTable, type Table } from './table.ts'
import { tableText } from './text.ts'

export interface StudyTable {
  label: string
  density: number
  /** The domain that was thinned. */
  target: DomainName | null
  comparison: Comparison
}
export type StudyFormat = 'text' | 'latex' | 'csv' | 'markdown'

export function studyReport(study: Study, tables: readonly StudyTable[], format: StudyFormat): string {
  switch (format) {
    case 'text':
      return studyText(study, tables)
    case 'latex':
      return [...tables.map((each) => titled(study, each)), ...besides(study)].map(tableLatex).join('\n')
    case 'markdown':
      return studyMarkdown(study, tables)
    case 'csv':
      return recordsCsv(
        tables.flatMap(({ density, target, comparison }) =>
          recordsOf(comparison).map((record) => ({ study: study.spec.name, density, target, ...record })),
        ),
      )
    default:
      return format satisfies never
  }
}

function studyText(study: Study, tables: readonly StudyTable[]): string {
  const own = tables.map((each) => [tableText(titled(study, each)), ...each.comparison.sentences].join('\n'))
  const [card] = cards(tables)
  return [...own, ...besides(study).map(tableText), ...(card ? [tableText(card)] : [])].join('\n\n')
}

function studyMarkdown(study: Study, tables: readonly StudyTable[]): string {
  const own = tables.map((each) => {
    const sentences = each.comparison.sentences.map((sentence) => `- ${escapeMarkdown(sentence)}`)
    return [tableMarkdown(titled(study, each)), ...sentences, ''].join('\n')
  })
  return [
    `# ${escapeMarkdown(study.spec.name)}\n`,
    ...own,
    ...[...besides(study), ...cards(tables)].map(tableMarkdown),
  ].join('\n')
}

function titled({ spec }: Study, { label, comparison }: StudyTable): Table {
  const table =
    spec.kind === 'table2' && comparison.baseline !== null ? ablationTable(comparison) : comparisonTable(comparison)
  return { ...table, caption: `${label}. ${table.caption}` }
}

/** Protocol cards, each once. */
function cards(tables: readonly StudyTable[]): Table[] {
  const byHash = new Map(tables.map(({ comparison: { card } }) => [card.hash, card]))
  return [...byHash.values()].map(protocolTable)
}

function besides(study: Study): Table[] {
  const { kind } = study.spec
  return [...(study.trials.length > 0 ? [tuningTable(study)] : []), ...(kind === 'tuning' ? [] : [paperTable(kind)])]
}

/** One row a model: what its trials came to, and the configuration that was the best of them on validation. */
export function tuningTable({ spec, trials }: Pick<Study, 'spec' | 'trials'>): Table {
  const cell = (text: string): Table['rows'][number]['cells'][number] => ({ text, stars: '', best: false })
  const rows = spec.runs.flatMap(({ label }) => {
    const own = trials.filter((trial) => trial.label === label)
    if (own.length === 0) return []
    const best = own.find((trial) => trial.best)
    const seconds = own.reduce((sum, trial) => sum + (trial.seconds ?? 0), 0)
    const texts = [
      label,
      String(own.length),
      String(own.filter(({ stoppedEarly }) => stoppedEarly).length),
      String(own.filter(({ state }) => state === 'failed' || state === 'cancelled').length),
      validationOf(own[0]),
      validationOf(best),
      best ? chosen(best, own) : '',
      duration(seconds),
    ]
    return [{ baseline: false, cells: texts.map(cell) }]
  })
  return {
    caption: 'Tuning on validation, NDCG@10',
    columns: [
      { label: 'Model', align: 'left' },
      { label: 'Trials', align: 'right' },
      { label: 'Stopped early', align: 'right' },
      { label: 'Failed', align: 'right' },
      { label: 'First trial', align: 'right' },
      { label: 'Best', align: 'right' },
      { label: 'Configuration of the best', align: 'left' },
      { label: 'Time', align: 'right' },
    ],
    rows,
    notes: spec.tuning ? [budget(spec.tuning)] : [],
  }
}

function validationOf(trial: Trial | undefined): string {
  const value = trial?.validation ?? null
  return value === null ? '' : decimal(value, 4)
}

/** What the trials tried differently. */
function chosen({ config }: Trial, trials: readonly Trial[]): string {
  const tried = Object.keys(config).filter((key) => new Set(trials.map((trial) => trial.config[key])).size > 1)
  return tried.map((key) => `${key} ${String(config[key])}`).join(', ')
}

function budget({ method, trials, minutes, medianStopping, seed }: NonNullable<Study['spec']['tuning']>): string {
  const limit = minutes > 0 ? ` and ${minutes} minutes` : ''
  const stopping = medianStopping ? ', median stopping' : ''
  return `${method === 'tpe' ? 'Tree-structured Parzen estimator' : 'Random search'}, ${trials} trials${limit} for each model, its own configuration the first${stopping}, seed ${seed}. The test part was not seen.`
}
