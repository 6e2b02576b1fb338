import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import type { Study, Trial } from '../../../src-preload/contract.ts'
import { paperTable } from '../../../src-main/reports/paper.ts'
import { studyReport, type StudyTable, tuningTable } from '../../../src-main/reports/study.ts'
import { comparison, experiment, hostile } from './sample-comparison.ts'

const trial = (label: string, number: number, changes: Partial<Trial> = {}): Trial => ({
  runId: `r-${label}-${number}`,
  model: 'ease',
  label,
  number,
  config: { lambda: 100 * number, positivesOnly: true },
  state: 'done',
  stoppedEarly: false,
  validation: 0.1 * number,
  epochs: 3,
  seconds: 2,
  best: false,
  ...changes,
})
const { datasetId, domains, protocol } = experiment.spec
const study: Study = {
  id: 'st-1',
  createdAt: 0,
  state: 'done',
  reason: null,
  phase: 'Done',
  fraction: 1,
  experiments: [],
  spec: {
    name: `Table 1 ${hostile}`,
    kind: 'table1',
    ...{ datasetId, domains, protocol },
    runs: ['EASE', hostile, 'Popularity'].map((label) => ({ model: 'ease', label, config: {} })),
    seeds: [1, 2],
    backend: 'auto',
    tuning: { method: 'tpe', trials: 3, minutes: 0, medianStopping: true, seed: 1 },
    densities: [1, 0.3],
  },
  trials: [
    trial('EASE', 1),
    trial('EASE', 2, { stoppedEarly: true }),
    trial('EASE', 3, { best: true }),
    trial(hostile, 1, { state: 'failed', validation: null, seconds: null }),
  ],
}
const tables: StudyTable[] = [
  { label: 'All training events', density: 1, target: null, comparison },
  {
    label: '30 % of the training events of domain A',
    density: 0.3,
    target: 'A',
    comparison: { ...comparison, domain: 'A' },
  },
]

test('each table stands with its density, intervals, stars and sentences; the paper’s numbers stand apart', () => {
  const text = studyReport(study, tables, 'text')
  expect(text).toContain('30 % of the training events of domain A. NDCG@10')
  expect(text).toContain('[0.120, 0.150]***')
  expect(text).toContain('6 times, for 3 configurations')
  expect(text.match(/EASE is ahead of Popularity/g)).toHaveLength(2)
  expect(text.indexOf('reported, protocol unknown')).toBeGreaterThan(text.lastIndexOf('EASE is ahead'))
  expect(text.match(/Protocol card 0123456789ab/g)).toHaveLength(1) // one card, printed once
})

test('how the configurations were found: one row a model, what was tried, what was best', () => {
  const { rows, notes } = tuningTable(study)
  expect(rows.map(({ cells }) => cells.map(({ text }) => text))).toEqual([
    ['EASE', '3', '1', '0', '0.1000', '0.3000', 'lambda 300', expect.any(String)],
    [hostile, '1', '0', '1', '', '', '', expect.any(String)],
  ])
  expect(notes[0]).toBe(
    'Tree-structured Parzen estimator, 3 trials for each model, its own configuration the first, median stopping, seed 1. The test part was not seen.',
  )
})

test('LaTeX: one booktabs table each, nothing of a label is markup', () => {
  const latex = studyReport(study, tables, 'latex')
  expect(latex.match(/\\begin\{tabular\}/g)).toHaveLength(4)
  expect(latex.match(/\\bottomrule/g)).toHaveLength(4)
  expect(latex).toContain('$^{***}$')
  expect(latex).not.toContain('100% ')
})

test('CSV: all rows of all tables under one header, own numbers alone', () => {
  const rows: Record<string, string>[] = parse(studyReport(study, tables, 'csv'), { columns: true })
  expect(rows.map((row) => [row['density'], row['target'], row['domain']])).toEqual([
    ...Array(3).fill(['1', '', 'mean']),
    ...Array(3).fill(['0.3', 'A', 'A']),
  ])
  expect(Number(rows[0]!['value'])).toBe(0.2612)
  expect(rows[1]!['label']).toBe(`'${hostile}`)
  expect(studyReport(study, tables, 'csv')).not.toContain('0.535')
})

test('Markdown: headings, tables, sentences; HTML of a label is text', () => {
  const markdown = studyReport(study, tables, 'markdown')
  expect(markdown).toMatch(/^# Table 1 /)
  expect(markdown).not.toContain('<script>')
  expect(markdown.match(/^\*\*/gm)?.length).toBeGreaterThanOrEqual(5)
})

test('a study that only tunes has no table, and is not set beside the paper', () => {
  const text = studyReport({ ...study, spec: { ...study.spec, kind: 'tuning' } }, [], 'text')
  expect(text).toContain('Tuning on validation')
  expect(text).not.toContain('protocol unknown')
})

test('the paper’s tables are what it prints', () => {
  const values = (kind: 'table1' | 'table2'): string[][] =>
    paperTable(kind).rows.map(({ cells }) => cells.map(({ text }) => text))
  expect(values('table1').at(-1)).toEqual(['Ours', '0.535', '0.462'])
  expect(values('table1')).toHaveLength(6)
  expect(values('table2')).toEqual([
    ['With cross-domain', '0.535', '0.462'],
    ['Without cross-domain', '0.498', '0.428'],
  ])
})
