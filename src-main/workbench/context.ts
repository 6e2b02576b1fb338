/** What the nouns of the workbench share, and the shape of their answers. */
import type {
  AppInfo,
  Argument,
  BackendInfo,
  Events,
  PickPurpose,
  RequestName,
  Result,
} from '../../src-preload/contract.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Workspace } from '../workspace/workspace.ts'
import type { Library } from './library.ts'
import type { PickedPaths } from './picked.ts'
import type { Reader } from './reader.ts'

export type Emit = <E extends keyof Events>(event: E, payload: Events[E]) => void
/** Shows a native dialog. @returns an absolute path, or null when it was cancelled */
export type Pick = (p: { purpose: PickPurpose; folder: boolean }) => Promise<string | null>

export interface Context {
  shell: AppInfo['shell']
  pick: Pick | null
  emit: Emit
  workspace: Workspace
  queue: JobQueue
  library: Library
  /** Answers what needs the data sets' columns, in a process of its own. */
  reader: Reader
  picked: PickedPaths
  /** What can compute here; measured once, in a process of its own. */
  backends(): Promise<BackendInfo[]>
  now(): number
}

export type Handlers = { [N in RequestName]: (p: Argument<N>) => Result<N> | Promise<Result<N>> }
/** The requests of one noun. */
export type Requests<Noun extends string> = {
  [N in RequestName as N extends `${Noun}.${string}` ? N : never]: Handlers[N]
}
