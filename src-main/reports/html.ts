/**
 * One self-contained HTML report of an experiment: no script, no outside file, light and dark by the reader's system. Everything that came from
 * a file or a person is escaped; a Content-Security-Policy forbids whatever might slip through.
 */
import type { Comparison, Dataset, Experiment, ModelInfo, Series } from '../../src-preload/contract.ts'
import { domainLabel } from '../evaluation/comparison-sentences.ts'
import { metricLabel } from '../evaluation/metric-infos.ts'
import { count } from '../evaluation/number-format.ts'
import { escapeHtml, style } from './html-style.ts'
import { barsSvg, curveSvg } from './svg.ts'
import { ablationTable, comparisonTable, pairsTable, protocolTable, type Table } from './table.ts'

export interface ReportInput {
  experiment: Experiment
  dataset: Dataset
  /** The first is the headline; each with the metric, domain and baseline it was made for. */
  comparisons: Comparison[]
  /** Curves of the runs; a run without curves is left out. */
  curves: { label: string; seed: number; series: Series[] }[]
  models: ModelInfo[]
  /** What reproduces the experiment; printed as JSON. */
  manifest: unknown
  appVersion: string
  /** Milliseconds since 1970. */
  writtenAt: number
}

export function reportHtml(input: ReportInput): string {
  const { experiment, dataset, comparisons, curves, appVersion, writtenAt } = input
  const title = `${experiment.spec.name}: ${experiment.spec.kind === 'ablation' ? 'ablation' : 'comparison'}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}${dataset.synthetic ? ' <span class="synthetic">synthetic data</span>' : ''}</h1>
<p class="quiet">Crossreel ${escapeHtml(appVersion)}, ${new Date(writtenAt).toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
${dataset.synthetic ? '<p class="warning">The data set was generated. These numbers say nothing about real users.</p>' : ''}
</header>
<main>
${comparisons.map((c, i) => comparisonSection(c, experiment.spec.kind, i === 0)).join('\n')}
${curveSection(curves)}
<section><h2>Protocol</h2>${tableHtml(protocolTable(experiment.card))}</section>
${reproductionSection(input)}
</main>
</body>
</html>
`
}

function comparisonSection(comparison: Comparison, kind: Experiment['spec']['kind'], headline: boolean): string {
  const table =
    kind === 'ablation' && comparison.baseline !== null ? ablationTable(comparison) : comparisonTable(comparison)
  const sentences = comparison.sentences.map((s) => `<li>${escapeHtml(s)}</li>`).join('')
  const differing = comparison.differing
    .map((d) => {
      const values = Object.entries(d.values).flatMap(([row, v]) => (v === null ? [] : [`${row}: ${v}`]))
      return `<li>${escapeHtml(d.label)}: ${escapeHtml(values.join(', '))}</li>`
    })
    .join('')
  return `<section>
<h2>${escapeHtml(metricLabel(comparison.metric))}, ${escapeHtml(domainLabel(comparison.domain))}</h2>
${barsSvg(comparison)}
${tableHtml(table)}
<ul>${sentences}</ul>
${headline && comparison.pairs.length > 0 ? `<details><summary>All pairs</summary>${tableHtml(pairsTable(comparison))}</details>` : ''}
${headline && differing !== '' ? `<h3>What differs within a model</h3><ul>${differing}</ul>` : ''}
</section>`
}

function curveSection(curves: ReportInput['curves']): string {
  const figure = (name: 'loss' | 'validation', caption: string): string => {
    const lines = curves.flatMap((c) => {
      const series = c.series.find((s) => s.name === name && s.x.length > 1)
      return series ? [{ label: `${c.label}, seed ${c.seed}`, x: series.x, y: series.y }] : []
    })
    return lines.length > 0
      ? `<figure>${curveSvg(lines, caption)}<figcaption>${escapeHtml(caption)}</figcaption></figure>`
      : ''
  }
  const figures = figure('loss', 'Training loss') + figure('validation', 'Validation NDCG@10')
  return figures === '' ? '' : `<section><h2>Learning curves</h2><div class="figures">${figures}</div></section>`
}

function reproductionSection({ experiment, dataset, models, manifest }: ReportInput): string {
  const { spec } = experiment
  const rows: [string, string][] = [
    ['Data set', `${dataset.name} (${dataset.format})${dataset.synthetic ? ', synthetic' : ''}`],
    ['Ratings', `${count(dataset.ratings)} by ${count(dataset.users)} users of ${count(dataset.movies)} movies`],
    ['Posters, plots', `${count(dataset.posters)}, ${count(dataset.plots)}`],
    ['Data hash', dataset.hash],
    ['Protocol hash', experiment.card.hash],
    ['Seeds', spec.seeds.join(', ')],
    ['Backend', spec.backend],
    ...spec.runs.map((run): [string, string] => {
      const set = Object.entries(run.config).map(([key, value]) => `${key} ${value}`)
      return [run.label, set.length === 0 ? 'defaults' : set.join(', ')]
    }),
  ]
  const used = models.filter((m) => spec.runs.some((r) => r.model === m.id))
  const references = used.map((m) => `<li>${escapeHtml(m.label)}: ${escapeHtml(m.reference)}</li>`).join('')
  return `<section><h2>Reproduction</h2>
<table><tbody>${rows.map(([k, v]) => `<tr><th scope="row">${escapeHtml(k)}</th><td class="text">${escapeHtml(v)}</td></tr>`).join('')}</tbody></table>
<h3>References</h3><ul>${references}</ul>
<details><summary>Manifest</summary><pre>${escapeHtml(JSON.stringify(manifest, null, 2) ?? 'null')}</pre></details>
</section>`
}

function tableHtml({ caption, columns, rows, notes }: Table): string {
  const head = columns.map((c) => `<th scope="col" class="${c.align}">${escapeHtml(c.label)}</th>`).join('')
  const body = rows.map((row) => {
    const cells = row.cells.map((c, i) => {
      const text = escapeHtml(c.text) + (c.stars === '' ? '' : `<sup>${c.stars}</sup>`)
      const content = c.best ? `<strong>${text}</strong>` : text
      return i === 0
        ? `<th scope="row">${content}</th>`
        : `<td class="${columns[i]?.align === 'left' ? 'text' : 'right'}">${content}</td>`
    })
    return `<tr${row.baseline ? ' class="baseline"' : ''}>${cells.join('')}</tr>`
  })
  const small = notes.map((n) => `<p class="quiet">${escapeHtml(n)}</p>`).join('')
  return `<div class="scroll"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table></div>${small}`
}
