/** What an evaluation gives back. Per-user values are kept, so that paired tests and bootstrap intervals can be computed later. */
import type { DomainRange } from '../learning/data.ts'

export interface DomainEvaluation {
  domain: DomainRange['name']
  /** [n] indices of the users with at least one relevant held-out item in the domain, ascending. */
  users: Uint32Array
  /**
   * [n] how many events of the domain were known of each counted user when the model was fitted: training, and what is folded in. Absent in results of
   * earlier versions.
   */
  historyLengths?: Uint32Array
  /** Metric key ('ndcg@10', 'recall@20', 'auc', ...) -> [n] values in the order of `users`. */
  perUser: Record<string, Float64Array>
  /** Metric key -> mean over `users`; also the list metrics ('coverage@10', ...). */
  mean: Record<string, number>
  /** [m] The users whose lists are kept: those of `users` first, in their order; for the test part then everybody else, so that anyone can be looked at. */
  listed: Uint32Array
  /** [m, K] joint item indices of each listed user's best K unseen items, best first (K = largest cut-off); 0xffffffff pads short lists. */
  topItems: Uint32Array
  /** [m, K] their scores. */
  topScores: Float32Array
  k: number
}

export interface Evaluation {
  part: 'validation' | 'test'
  domains: DomainEvaluation[]
}
