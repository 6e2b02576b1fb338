/**
 * Which jobs may work at the same time. Trainings share the cores: several run at once, each with its part of the threads. A job that only adds
 * a data set runs beside them, one at a time. What changes data that a training reads, or copies the whole workspace, runs alone.
 */
import type { JobTask } from './messages.ts'

export type QueuedTask = Exclude<JobTask, { kind: 'probe' | 'read' }>

export interface TrainingRoom {
  /** Trainings at a time, at least 1. */
  most(): number
  cores: number
  /** False: its study is held; it waits. */
  mayStart(task: QueuedTask): boolean
  /** Bytes a training is estimated to need. */
  needs(task: QueuedTask): number
  /** Bytes that are free now, and that there are at all. */
  memory(): { free: number; total: number }
}

/** One training at a time, with all cores. */
export const singleRoom: TrainingRoom = {
  most: () => 1,
  cores: 1,
  mayStart: () => true,
  needs: () => 0,
  memory: () => ({ free: Infinity, total: Infinity }),
}

const adding: readonly QueuedTask['kind'][] = ['import', 'sample', 'clean', 'combine']

export function runsAlone({ kind }: Pick<QueuedTask, 'kind'>): boolean {
  return kind !== 'train' && !adding.includes(kind)
}

/** Whether a task may start beside those at work. */
export function fits(task: QueuedTask, atWork: readonly QueuedTask[], room: TrainingRoom): boolean {
  if (atWork.length === 0) return true
  if (runsAlone(task) || atWork.some(runsAlone)) return false
  const trainings = atWork.filter(({ kind }) => kind === 'train')
  if (task.kind !== 'train') return trainings.length === atWork.length
  if (trainings.length === 0) return true
  if (trainings.length >= room.most()) return false
  const needed = room.needs(task)
  const all = trainings.reduce((sum, each) => sum + room.needs(each), needed)
  const { free, total } = room.memory()
  return needed <= free && all <= total // one that has just begun has not taken its memory yet
}

/** Threads of a task when it starts: a training's part of the cores; a job that is alone takes as many as it finds. */
export function threadsOf(task: QueuedTask, room: TrainingRoom): { threads?: number } {
  const most = room.most()
  return task.kind !== 'train' || most === 1 ? {} : { threads: Math.max(1, Math.floor(room.cores / most)) }
}
