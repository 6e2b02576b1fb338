/**
 * What preparing a split has in common with the one before it: a knob that is moved changes what comes after it, and what was made before stays.
 * Whoever prepares one split after the other of a data set holds these.
 */
import type { Steps } from '../steps.ts'
import type { Core } from './k-core.ts'
import type { JointItems, JointUsers } from './overlap.ts'
import type { Split } from './splits.ts'
import type { DomainRange } from '../../learning/data.ts'

/** What follows from the domains and the k-core. */
export interface CoreStage {
  rated: Core
  core: Core
  itemToMovie: Uint32Array
  items: JointItems
  ranges: DomainRange[]
}

/** What follows from those, the overlap and the rule of the split. */
export interface SplitStage {
  everybody: JointUsers
  split: Split
}

export class KeptStages {
  readonly core = new KeptStage<CoreStage>()
  readonly split = new KeptStage<SplitStage>()
}

/** One stage, as it was made last. */
class KeptStage<T> {
  #last: { key: string; value: T } | null = null

  /** @param sources all that it follows from, as JSON @param make it anew; it must not be changed afterwards */
  of(sources: unknown, make: () => Steps<T>): Steps<T> {
    return this.#steps(JSON.stringify(sources), make)
  }

  *#steps(key: string, make: () => Steps<T>): Steps<T> {
    if (this.#last?.key === key) return this.#last.value
    this.#last = null // the new one and the old one need not fit into memory together
    const value = yield* make()
    this.#last = { key, value }
    return value
  }
}
