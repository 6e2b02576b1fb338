/**
 * The record that training goes on from when its process has died: where it stands, and every array that moves. Epochs, negatives and dropout
 * are drawn from (seed, epoch) and (seed, step), so the position is the state of every generator. Pure; workspace/checkpoint-file.ts keeps it.
 */
import type { AveragedWeights } from './averaging.ts'
import type { Snapshot } from './model.ts'
import type { Optimiser } from './optimiser.ts'
import type { Parameters } from './parameters.ts'
import type { SparseTable } from './sparse-table.ts'

/** Where training stands between two steps. Plain numbers, exact in JSON. */
export interface TrainingState {
  /** The epoch at work, from 1; one more than there are when all are done. */
  epoch: number
  /** Steps of this epoch that are done; all of them while its validation is due. */
  position: number
  /** Steps done since the start. */
  step: number
  /** Weighted sums over the steps of this epoch. */
  loss: number
  weight: number
  /** The best validation so far, epoch 0 = none yet. */
  best: { epoch: number; validation: number }
  /** Time spent on training and validation, pauses left out. */
  seconds: number
}

export interface Checkpoint {
  state: TrainingState
  /** Names and shapes of all parameters: arrays of another layout would be read into the wrong places. */
  layout: string
  arrays: Snapshot['arrays']
}

export interface CheckpointStore {
  /** The newest that is whole; null where training starts from its beginning. @throws Error when it is of another run */
  read(): Promise<Checkpoint | null>
  /** Keeps it durably. The arrays are live: they change when training goes on, after the promise has settled. */
  write(checkpoint: Checkpoint): Promise<void>
}

/** Everything that training changes, besides its state. */
export interface Trained {
  parameters: Parameters
  tables: SparseTable[]
  optimiser: Optimiser
  best: BestWeights
  /** null: the weights themselves are validated. */
  average: AveragedWeights | null
}

/** The weights of the best validation, beside those at work. */
export class BestWeights {
  readonly values: Float32Array<ArrayBuffer>
  readonly tables: Float32Array<ArrayBuffer>[]
  readonly #parameters: Parameters
  readonly #tables: SparseTable[]

  constructor(parameters: Parameters, tables: SparseTable[]) {
    this.#parameters = parameters
    this.#tables = tables
    this.values = parameters.values.slice()
    this.tables = tables.map(({ values }) => values.slice())
  }

  keep(): void {
    this.values.set(this.#parameters.values)
    for (const [k, { values }] of this.#tables.entries()) this.tables[k]?.set(values)
  }

  /** Puts them to work. */
  use(): void {
    this.#parameters.values.set(this.values)
    for (const [k, { values }] of this.#tables.entries()) values.set(this.tables[k] ?? [])
  }
}

export function checkpointOf(state: TrainingState, trained: Trained): Checkpoint {
  const arrays: Checkpoint['arrays'] = {}
  for (const [name, data] of arraysOf(trained)) arrays[name] = { shape: [data.length], data }
  return { state: { ...state, best: { ...state.best } }, layout: layoutOf(trained), arrays }
}

/** @returns the state to go on from @throws Error when the checkpoint is of another model, before anything was changed */
export function restoreCheckpoint({ state, layout, arrays }: Checkpoint, trained: Trained): TrainingState {
  const foreign = new Error(
    'The checkpoint is of a model with other parameters, so training cannot go on from it. Start the run again from its beginning.',
  )
  if (layout !== layoutOf(trained)) throw foreign
  const places = arraysOf(trained)
  const found = places.map(([name, place]): [Float32Array, Float32Array] => {
    const data = arrays[name]?.data
    if (!(data instanceof Float32Array) || data.length !== place.length) throw foreign
    return [place, data]
  })
  for (const [place, data] of found) place.set(data)
  const { first, second } = trained.optimiser.state()
  trained.optimiser.restore({ steps: state.step, first, second })
  return { ...state, best: { ...state.best } }
}

/** Every array that a checkpoint holds, live. */
function arraysOf({ parameters, tables, optimiser, best, average }: Trained): [name: string, data: Float32Array][] {
  const { first, second } = optimiser.state()
  return [
    ['parameters', parameters.values],
    ['parameters/first', first],
    ['parameters/second', second],
    ['parameters/best', best.values],
    ...tables.flatMap((table, k): [string, Float32Array][] => [
      [`table/${table.name}`, table.values],
      [`table/${table.name}/first`, table.first],
      [`table/${table.name}/second`, table.second],
      [`table/${table.name}/best`, best.tables[k] ?? new Float32Array()],
    ]),
    ...(average ? [['parameters/average', average.values] satisfies [string, Float32Array]] : []),
    ...(average?.tables ?? []).map((values, k): [string, Float32Array] => [`table/${k}/average`, values]),
  ]
}

function layoutOf({ parameters, tables }: Trained): string {
  return [...parameters.specs, ...tables.map(({ spec }) => spec)]
    .map(({ name, shape }) => `${name}:${shape.join('x')}`)
    .join(' ')
}
