/**
 * One half-step of implicit alternating least squares with frequency-scaled L2 (Hu, Koren, Volinsky 2008; Rendle, Krichene, Zhang, Koren 2021,
 * "Revisiting the performance of iALS on item recommendation benchmarks"):
 *   L = sum_(u,i) in S (1 - w_u.h_i)^2 + w0 sum_all (w_u.h_i)^2 + sum_u r(n_u, items) |w_u|^2 + sum_i r(n_i, users) |h_i|^2,
 *   r(n, m) = reg (n + w0 m)^exponent.
 * Given H, every user's minimum is a d x d system; given W, every item's is.
 */
import type { BinaryRows } from './linear-algebra/gram.ts'
import { NormalEquations } from './linear-algebra/normal-equations.ts'
import type { Pacer } from './pacer.ts'

export interface AlsSettings {
  dim: number
  regularisation: number
  unobservedWeight: number
  exponent: number
}

/** F^T F of one side's factors, in the layout of `NormalEquations`. */
export type Gramian = Float64Array

export class ImplicitAls {
  readonly settings: AlsSettings
  readonly #equations: NormalEquations

  constructor(settings: AlsSettings) {
    this.settings = settings
    this.#equations = new NormalEquations(settings.dim)
  }

  /** @param factors [m, d] */
  gramian(factors: Float64Array): Gramian {
    const all = Uint32Array.from({ length: factors.length / this.settings.dim }, (_, i) => i)
    this.#equations.start(null, 0)
    this.#equations.addOuterProducts(factors, all)
    return this.#equations.packed()
  }

  /**
   * Solves every row of one side for the other side's `fixed` factors.
   * @param rows the observed columns of every row  @param fixed [m, d]  @param gramian of `fixed`
   * @param out [rows, d] receives the solutions; a row without observations becomes 0, its exact minimum
   * @throws DOMException 'AbortError'
   */
  async solveRows(
    { indptr, columns }: BinaryRows,
    fixed: Float64Array,
    gramian: Gramian,
    out: Float64Array,
    pacer: Pacer,
  ): Promise<void> {
    const { dim, unobservedWeight } = this.settings
    const x = new Float64Array(dim)
    for (let r = 0; r + 1 < indptr.length; r++) {
      await pacer.turn()
      const observed = columns.subarray(indptr[r]!, indptr[r + 1]!)
      x.fill(0)
      if (observed.length > 0) {
        this.#equations.start(gramian, unobservedWeight)
        this.#equations.addOuterProducts(fixed, observed)
        for (const c of observed) for (let i = 0; i < dim; i++) x[i]! += fixed[c * dim + i]!
        this.#equations.solve(x, this.#penalty(observed.length, fixed.length / dim))
      }
      out.set(x, r * dim)
    }
  }

  /** The objective L. @param w [users, d]  @param h [items, d]  @param byItem the transpose of `byUser` */
  async loss(byUser: BinaryRows, byItem: BinaryRows, w: Float64Array, h: Float64Array, pacer: Pacer): Promise<number> {
    const { dim, unobservedWeight } = this.settings
    const users = w.length / dim
    let observed = 0
    for (let u = 0; u < users; u++) {
      await pacer.turn()
      for (let e = byUser.indptr[u]!; e < byUser.indptr[u + 1]!; e++) {
        const at = byUser.columns[e]! * dim
        let y = 0
        for (let k = 0; k < dim; k++) y += w[u * dim + k]! * h[at + k]!
        observed += (1 - y) ** 2
      }
    }
    // The sum over all pairs of (w.h)^2 is the trace of W^T W H^T H.
    const all = this.#equations.traceOfProduct(this.gramian(w), this.gramian(h))
    return (
      observed + unobservedWeight * all + this.#penalties(byUser, w, h.length / dim) + this.#penalties(byItem, h, users)
    )
  }

  #penalty(observed: number, others: number): number {
    const { regularisation, unobservedWeight, exponent } = this.settings
    return regularisation * (observed + unobservedWeight * others) ** exponent
  }

  #penalties({ indptr }: BinaryRows, factors: Float64Array, others: number): number {
    const { dim } = this.settings
    let sum = 0
    for (let r = 0; r + 1 < indptr.length; r++) {
      let norm = 0
      for (let k = r * dim; k < (r + 1) * dim; k++) norm += factors[k]! ** 2
      sum += this.#penalty(indptr[r + 1]! - indptr[r]!, others) * norm
    }
    return sum
  }
}
