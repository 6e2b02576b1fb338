/**
 * Questions about data sets go to a process of their own, so that the process that serves the page never waits for data. Here is what the nouns
 * of the workbench see of it.
 */
import type { DomainSpec, ProtocolSpec } from '../../src-preload/contract.ts'
import type { ReaderProcess } from '../jobs/reader-process.ts'
import type { SplitQuestion } from '../jobs/reader-questions.ts'
import type { Workspace } from '../workspace/workspace.ts'

export { ReaderProcess } from '../jobs/reader-process.ts'

export type Reader = Pick<ReaderProcess, 'ask' | 'forget'>

/** A split of a data set under its present name. @throws Error when the data set is not on the list */
export function splitQuestion(
  workspace: Workspace,
  { datasetId, domains, protocol }: { datasetId: string; domains: DomainSpec; protocol: ProtocolSpec },
): SplitQuestion {
  return { datasetId, name: workspace.datasets.get(datasetId).name, domains, protocol }
}
