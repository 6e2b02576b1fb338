import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ease } from '../../../src-main/learning/models/ease.ts'
import { comparisonCsv, csvCell, pairsCsv } from '../../../src-main/reports/csv.ts'
import { reportHtml, type ReportInput } from '../../../src-main/reports/html.ts'
import { comparisonLatex, escapeLatex } from '../../../src-main/reports/latex.ts'
import { comparisonMarkdown, escapeMarkdown } from '../../../src-main/reports/markdown.ts'
import { curveSvg } from '../../../src-main/reports/svg.ts'
import { ablationText, cardText, comparisonText } from '../../../src-main/reports/text.ts'
import { comparison, dataset, experiment, hostile } from './sample-comparison.ts'

const plain = { ...comparison, rows: comparison.rows.filter((r) => r.label !== hostile) }

test('the terminal table is aligned, and says what its signs mean', () => {
  expect(comparisonText(plain).split('\n')).toEqual([
    'NDCG@10, mean of the domains, 1,610 users, protocol 0123456789ab',
    '',
    'Model               NDCG@10   95 % interval  Difference to Popularity  p (Holm)  Recall@10  Item coverage@10  Best epoch  Time a run',
    '──────────  ───────────────  ──────────────  ────────────────────────  ────────  ─────────  ────────────────  ──────────  ──────────',
    'EASE        0.2612 ± 0.0021  [0.251, 0.271]  +0.137 [0.120, 0.150]***    < .001      0.131             0.300         4–6  1 min 15 s',
    'Popularity  0.1240 ± 0.0021  [0.114, 0.134]                                          0.062             0.300         4–6  1 min 15 s',
    '',
    'Mean ± sample standard deviation over 2 seeds; 95 % bootstrap interval over users.',
    'The value is the mean of the domains’ means.',
    'Difference to Popularity paired by user, 95 % bootstrap interval; paired t-test with Holm correction over all 3 pairs of rows: * p < .05, ** p < .01, *** p < .001.',
    'Item coverage is a description, not a quality.',
    'The test part of this protocol has been looked at 6 times, for 3 configurations.',
  ])
})

test('the ablation table begins with the full model and what costs most follows', () => {
  const lines = ablationText({ ...comparison, baseline: 'Popularity' }).split('\n')
  expect(lines[0]).toMatch(/^Ablation\. NDCG@10/)
  expect(lines[2]).toContain('Change against Popularity')
  expect(lines.slice(4, 7).map((l) => l.slice(0, 4))).toEqual(['Popu', '=cmd', 'EASE'])
})

test('the protocol card lists every decision', () => {
  expect(cardText(comparison.card)).toContain('Split     user-ratio 8:1:1')
})

test('CSV keeps all digits, and no cell is a formula', () => {
  const text = comparisonCsv(comparison)
  const rows = parse(text, { columns: true }) as Record<string, string>[]
  expect(rows.map((r) => r['value'])).toEqual(['0.2612', '0.13', '0.124'])
  expect(rows[1]!['difference']).toBe('-0.0012')
  expect(rows[1]!['label']).toBe(`'${hostile}`)
  expect(rows[0]!['config.lambda']).toBe('300')
  expect(rows[2]!['p_holm']).toBe('')
  expect(rows.map((r) => r['stars_of_p_holm'])).toEqual(['***', '', ''])
  expect(rows[0]!['looks_at_test']).toBe('6')
})

test('the pairs as CSV: one row a pair, with all digits', () => {
  const rows = parse(pairsCsv(comparison), { columns: true }) as Record<string, string>[]
  expect(rows.map((r) => [r['first'], r['difference'], r['p_holm']])).toEqual([
    ['EASE', '0.1312', '3e-9'],
    ['EASE', '0.1372', '2e-9'],
    [`'${hostile}`, '0.006', '0.5'],
  ])
})

test('stars are defined where they stand: in the caption of LaTeX and under the table of Markdown', () => {
  expect(/\\caption\{(.*)\}/.exec(comparisonLatex(plain))![1]).toContain('* p $<$ .05, ** p $<$ .01, *** p $<$ .001')
  expect(comparisonMarkdown(plain)).toContain('\\* p &lt; .05, \\*\\* p &lt; .01')
})

test('CSV: any text survives a round trip, but for the apostrophe before a formula', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }), (text) => {
      const [[cell]] = parse(`${csvCell(text)},x`, { relax_column_count: true }) as string[][] as [[string]]
      expect(/^[=+\-@\t\r\n]/.test(cell)).toBe(false)
      expect(cell === text || cell === `'${text}`).toBe(true)
    }),
  )
})

test('LaTeX escapes what would be a command', () => {
  expect(escapeLatex(hostile)).toBe(
    '=cmd$|$\' /C calc\'!A0 \\& $<$script$>$alert("x")$<$/script$>$ 100\\% \\$x\\_1\\$ \\{a\\}\\textasciitilde{}\\textasciicircum{}\\textbackslash{} `b` *c*',
  )
  const latex = comparisonLatex(plain)
  expect(latex).toContain(
    '    EASE & \\textbf{0.2612 $\\pm$ 0.0021} & {[}0.251, 0.271{]} & +0.137 {[}0.120, 0.150{]}$^{***}$ & $<$ .001',
  )
  expect(latex).toMatch(/\\toprule[\s\S]*\\midrule[\s\S]*\\bottomrule/)
  expect(comparisonLatex({ ...plain, rows: plain.rows.slice(0, 1) }, 'ablation')).toContain('Ablation.')
})

test('LaTeX: braces balance and no special character is bare, whatever the label', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bare = escapeLatex(text).replace(/\\(?:[&%$#_{}]|[a-z]+(?:\{\})?)|\$[<>|-]\$|\{[[\]]\}/g, '')
      expect(bare).not.toMatch(/[&%$#_{}~^\\]/)
    }),
  )
})

test('Markdown: a label cannot end its cell or become markup', () => {
  const table = comparisonMarkdown(comparison)
  const cells = /^\| (\\?=cmd.*)$/m.exec(table)![0]!.replaceAll('\\|', '').split('|')
  expect(cells.length - 2).toBe(/^\| Model.*$/m.exec(table)![0].split('|').length - 2)
  expect(table).not.toContain('<script')
  expect(escapeMarkdown('a|b\n*c*')).toBe('a\\|b \\*c\\*')
  expect(table).toContain('| EASE | **0.2612 ± 0.0021** |')
})

const report: ReportInput = {
  experiment,
  dataset,
  comparisons: [comparison, { ...comparison, domain: 'A' }],
  curves: [{ label: hostile, seed: 1, series: [{ name: 'loss', x: [1, 2, 3], y: [3, 2, NaN] }] }],
  models: [ease],
  manifest: { seed: '</pre><script>' },
  appVersion: '0.1.0',
  writtenAt: Date.UTC(2026, 0, 2, 3, 4),
}

test('the HTML report is one closed file: no script, nothing fetched, synthetic data labelled', () => {
  const html = reportHtml(report)
  expect(html).not.toMatch(/<script|javascript:| on\w+=|<link|<img|<iframe|@import|url\(|src=|href=/i)
  expect(html).toContain('synthetic data')
  expect(html).toContain('prefers-color-scheme:dark')
  expect(html).toContain('2026-01-02 03:04 UTC')
  expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)')
  expect(html).toContain('Training loss')
  expect(html.match(/All pairs of rows/g)).toHaveLength(1)
  expect(html).toContain('+0.1372<sup>***</sup>')
  expect(html).toContain(ease.reference)
  expect(html).not.toMatch(/undefined|NaN|\[object/)
  expect(reportHtml({ ...report, dataset: { ...dataset, synthetic: false } })).not.toMatch(/synthetic data|generated/)
})

test('every tag of the report is closed', () => {
  const open: string[] = []
  for (const [, slash, name, rest] of reportHtml(report).matchAll(/<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|[^">])*)>/g)) {
    if (/^(meta|br)$/.test(name!) || rest!.endsWith('/')) continue
    if (slash === '/') expect(open.pop()).toBe(name)
    else open.push(name!)
  }
  expect(open).toEqual([])
})

test('a curve is thinned, keeps its last point and survives a constant', () => {
  const x = Array.from({ length: 5001 }, (_, i) => i)
  const svg = curveSvg([{ label: 'a', x, y: x.map(() => 2) }], 'Loss')
  const points = / d="(M[^"]*)" stroke="var\(--c0\)" fill/.exec(svg)![1]!.split('L')
  expect(points.length).toBeLessThanOrEqual(401)
  expect(points.at(-1)!.split(' ')[0]).toBe('432') // the right edge
  expect(svg).not.toContain('NaN')
})
