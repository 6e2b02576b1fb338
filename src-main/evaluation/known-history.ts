/** What is known of all users before anything is asked: the training events and, of users who are held out, their fold-in. */
import { concatInteractions, type Interactions, type TrainingData } from '../learning/data.ts'

/** By the fold-in: models tell histories apart by identity, and validation asks after every epoch. */
const kept = new WeakMap<Interactions, { train: Interactions; both: Interactions }>()

export function knownHistory({ train, foldIn }: Pick<TrainingData, 'train' | 'foldIn'>): Interactions {
  if (!foldIn) return train
  const found = kept.get(foldIn)
  if (found?.train === train) return found.both
  const both = concatInteractions(train, foldIn)
  kept.set(foldIn, { train, both })
  return both
}
