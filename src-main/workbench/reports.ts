/** Reports of an experiment: report.html, its main table as LaTeX, CSV and Markdown, all pairs of its rows, and the manifest that repeats it. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DomainColumn, Experiment, Series } from '../../src-preload/contract.ts'
import { models } from '../learning/models/index.ts'
import { pairsCsv } from '../reports/csv.ts'
import { reportHtml } from '../reports/html.ts'
import { RunResults } from '../workspace/run-results.ts'
import { infoOf, version } from './app.ts'
import type { Comparisons } from './comparison.ts'
import type { Context, Requests } from './context.ts'
import { manifestOf } from './manifest.ts'
import { exportTable } from './table-export.ts'

/** Points of a curve in a report: as many as its figure is wide. */
const curvePoints = 600

export function reportRequests(context: Context, { table }: Comparisons): Requests<'reports'> {
  return {
    'reports.write': ({ experimentId }) => {
      const { workspace } = context
      const stored = workspace.experiments.get(experimentId)
      const experiment: Experiment = { ...stored, runs: workspace.runs.ofExperiment(experimentId) }
      const dataset = workspace.datasets.get(experiment.spec.datasetId)
      const comparisons = tablesOf(experiment).map((p) => table({ experimentId, ...p }))
      const [main] = comparisons
      if (!main) throw new Error('There is nothing to report.')
      const manifest = manifestOf(experiment, dataset, version)
      const { kind } = experiment.spec
      const html = reportHtml({
        experiment,
        dataset,
        comparisons,
        curves: curvesOf(context, experiment),
        models: models.map(infoOf),
        manifest,
        appVersion: version,
        writtenAt: context.now(),
      })
      return writeAll(workspace.paths.report(experimentId), {
        'report.html': html,
        'comparison.tex': exportTable(main, kind, 'latex'),
        'comparison.csv': exportTable(main, kind, 'csv'),
        'pairs.csv': pairsCsv(main),
        'comparison.md': exportTable(main, kind, 'markdown'),
        'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
      })
    },
  }
}

/** The headline is NDCG at 10, or at the smallest cut-off; the model that was listed first among the finished ones is the baseline. */
function tablesOf({ spec, runs }: Experiment): { metric: string; domain: DomainColumn; baseline: string | null }[] {
  const cutoff = spec.protocol.cutoffs.includes(10) ? 10 : Math.min(...spec.protocol.cutoffs)
  const finished = new Set(runs.filter((run) => run.state === 'done').map((run) => run.label))
  const baseline = spec.runs.find((run) => finished.has(run.label))?.label ?? null
  const domains: DomainColumn[] = spec.domains.kind === 'single' ? ['A'] : ['mean', 'A', 'B']
  return [`ndcg@${cutoff}`, `recall@${cutoff}`].flatMap((metric) =>
    domains.map((domain) => ({ metric, domain, baseline })),
  )
}

function curvesOf({ workspace }: Context, { runs }: Experiment): { label: string; seed: number; series: Series[] }[] {
  return runs.flatMap(({ id, label, seed }) => {
    const results = RunResults.open(workspace.paths.metrics(id))
    if (!results) return []
    try {
      const series = (['loss', 'validation'] as const).map((name) => results.series(name, curvePoints))
      return [{ label, seed, series: series.filter(({ x }) => x.length > 0) }]
    } finally {
      results.close()
    }
  })
}

/** Writes a folder beside its place and renames it, so that a report is never half of one and half of another. */
function writeAll(folder: string, contents: Record<string, string>): { folder: string; files: string[] } {
  const staging = `${folder}.writing`
  rmSync(staging, { recursive: true, force: true })
  mkdirSync(staging, { recursive: true })
  for (const [name, text] of Object.entries(contents)) writeFileSync(join(staging, name), text)
  rmSync(folder, { recursive: true, force: true })
  renameSync(staging, folder)
  return { folder, files: Object.keys(contents) }
}
