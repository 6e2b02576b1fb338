/**
 * What a model may look at while it is fitted: the training events alone. The parts that are asked for, and what is known of held-out users, are empty
 * in it, so that no count, no feature and no stopping rule inside a model can know of them; validation is asked of whoever holds the whole. Pure.
 */
import type { Interactions, TrainingData } from '../../learning/data.ts'

export function blindfolded(data: TrainingData): TrainingData {
  const { foldIn: _, ...rest } = data
  return { ...rest, validation: noEvents(data.users), test: noEvents(data.users) }
}

function noEvents(users: number): Interactions {
  return {
    indptr: new Uint32Array(users + 1),
    item: new Uint32Array(),
    rating: new Float32Array(),
    time: new Float64Array(),
  }
}
