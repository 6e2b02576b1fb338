/** What a task has besides its arguments: the workspace's paths, the signal that ends it, and how it tells what it does. */
import type { Series } from '../../../src-preload/contract.ts'
import type { OpenComputePage } from '../compute-port.ts'
import type { WorkspacePaths } from '../../workspace/paths.ts'

export interface TaskProgress {
  phase: string
  /** 0..1; null = unknown */
  fraction: number | null
  /** Seconds left. */
  eta?: number | null
  samplesPerSecond?: number | null
}

export interface TaskContext {
  paths: WorkspacePaths
  signal: AbortSignal
  /** As many as it may compute on; absent: as many as it likes. */
  threads?: number
  /** May be called as often as it likes; ten a second go out. */
  progress(progress: TaskProgress): void
  points(series: Series[]): void
  log(level: 'info' | 'warning', text: string): void
  /** Told whenever the job is to hold still or to go on; at once when it is held already. A task that never asks works on. */
  onPause(listener: (paused: boolean) => void): void
  /** Opens the page that computes with WebGPU; null where this process may do that itself, or nothing can. */
  compute: OpenComputePage | null
}
