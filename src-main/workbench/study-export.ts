/** The tables of a study that have runs to show, in the formats of reports/study.ts. */
import type { Argument, Study } from '../../src-preload/contract.ts'
import { studyReport, type StudyTable } from '../reports/study.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Comparisons } from './comparison.ts'

/**
 * Rows are compared with the Transformer, those of Table 2 with the whole one. Where a domain was thinned, it is that one's numbers.
 * @throws Error when no run of its tables has finished
 */
export function exportStudy(
  study: Study,
  { metric, domain, format }: Omit<Argument<'studies.export'>, 'studyId'>,
  { experiments, runs }: Pick<Workspace, 'experiments' | 'runs'>,
  table: Comparisons['table'],
): string {
  const { spec } = study
  const tables = study.experiments.flatMap(({ experimentId, label, density, target }): StudyTable[] => {
    const finished = runs.ofExperiment(experimentId).filter(({ state }) => state === 'done')
    if (finished.length === 0) return []
    const main = experiments.get(experimentId).spec.runs.find(({ model }) => model === 'transformer')?.label
    const baseline = finished.find((run) => run.label === main)?.label ?? null
    const comparison = table({ experimentId, metric, domain: target ?? domain, baseline })
    return [{ label, density, target, comparison }]
  })
  if (tables.length === 0 && spec.kind !== 'tuning')
    throw new Error(`No run of the tables of '${spec.name}' has finished yet. Come back when one has.`)
  return studyReport(study, tables, format)
}
