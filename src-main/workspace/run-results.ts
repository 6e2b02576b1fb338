/** runs/<id>/metrics.db, as main reads it: read-only, also while the job still writes. */
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import * as v from 'valibot'
import type { Series } from '../../src-preload/contract.ts'
import type { DomainEvaluation, Evaluation } from '../evaluation/types.ts'
import { aligned, CurveReader, readLayout1, type Span } from './curve-reader.ts'
import { runFileLayout, type StoredArray } from './run-file.ts'
import { parseJson, type SchemaOf } from './schemas.ts'

/** What a finished run says about itself besides its arrays. */
export interface RunSummary {
  parameters: number | null
  epochs: number | null
  bestEpoch: number | null
  backend: string
  /** What computed: 'WebAssembly with SIMD, 2 threads'. Absent in files of earlier versions. */
  device?: string | null
  stopped: 'finished' | 'early-stopping' | 'time-budget' | 'median'
  /** NDCG@10 averaged over the domains. */
  validation: number | null
  test: number | null
  /** Wall-clock seconds of fitting alone. */
  fitSeconds: number
  /** `TrainingData.hash`: joint indices in the arrays mean what they meant then only under the same hash. */
  dataHash: string
  evaluations: {
    part: Evaluation['part']
    domains: { domain: DomainEvaluation['domain']; k: number; mean: Record<string, number>; metrics: string[] }[]
  }[]
}

export interface UserList {
  domain: DomainEvaluation['domain']
  /** Joint item indices, best first. */
  items: Uint32Array
  /** At least as many as there are items. */
  scores: Float32Array
  /** The metric asked for; null where it was not computed. */
  value: number | null
}

/** Pads short lists in `DomainEvaluation.topItems`. */
const noItem = 0xffffffff

const nullableNumber = v.nullable(v.number())
const part = v.picklist(['validation', 'test'])
const summarySchema: SchemaOf<RunSummary> = v.object({
  parameters: nullableNumber,
  epochs: nullableNumber,
  bestEpoch: nullableNumber,
  backend: v.string(),
  device: v.optional(v.nullable(v.string()), null),
  stopped: v.picklist(['finished', 'early-stopping', 'time-budget', 'median']),
  validation: nullableNumber,
  test: nullableNumber,
  fitSeconds: v.number(),
  dataHash: v.string(),
  evaluations: v.array(
    v.object({
      part,
      domains: v.array(
        v.object({
          domain: v.picklist(['A', 'B']),
          k: v.number(),
          mean: v.record(v.string(), v.number()),
          metrics: v.array(v.string()),
        }),
      ),
    }),
  ),
})

const arrayRow = v.object({ dtype: v.string(), data: v.instance(Uint8Array) })

export class RunResults {
  readonly #path: string
  readonly #db: Database.Database
  readonly #layout: number

  private constructor(path: string) {
    this.#path = path
    this.#db = new Database(path, { readonly: true, timeout: 5000 })
    this.#layout = Number(this.#db.pragma('user_version', { simple: true }))
  }

  /** @returns null when the run has no file, or none whose tables are there yet */
  static open(path: string): RunResults | null {
    if (!existsSync(path)) return null
    const results = new RunResults(path)
    if (results.#layout === 1 || results.#layout === runFileLayout) return results
    results.close()
    return null
  }

  /**
   * A curve, or the part of it within a span of x, with at most `points` points (4 or more); its lows and highs are kept, where they lie.
   * The cost depends on `points`, not on the length of the run.
   */
  series(name: Series['name'], points: number, within: Span | null = null): Series {
    const curve =
      this.#layout === 1 ? readLayout1(this.#db, name, points) : new CurveReader(this.#db).read(name, points, within)
    return { name, x: [...curve.x], y: [...curve.y] }
  }

  /** @returns null until the run has finished */
  summary(): RunSummary | null {
    const value = this.#db.prepare(`SELECT value FROM summary WHERE key = 'run'`).pluck().get()
    return typeof value === 'string' ? parseJson(summarySchema, value, `The summary in ${this.#path}`) : null
  }

  /** @throws Error when the run has not finished */
  evaluation(which: Evaluation['part']): Evaluation {
    const described = this.#described(which)
    return {
      part: which,
      domains: described.domains.map(({ domain, k, mean, metrics }) => {
        const at = `${which}/${domain}`
        const perUser: DomainEvaluation['perUser'] = {}
        for (const metric of metrics) perUser[metric] = this.#array(`${at}/user/${metric}`, Float64Array)
        return {
          domain,
          k,
          mean,
          users: this.#array(`${at}/users`, Uint32Array),
          ...(this.#has(`${at}/historyLengths`)
            ? { historyLengths: this.#array(`${at}/historyLengths`, Uint32Array) }
            : {}), // absent in files of earlier versions
          perUser,
          listed: this.#array(`${at}/listed`, Uint32Array),
          topItems: this.#array(`${at}/topItems`, Uint32Array),
          topScores: this.#array(`${at}/topScores`, Float32Array),
        }
      }),
    }
  }

  /**
   * One user's stored lists, a domain each, without reading anyone else's. A user without a relevant held-out item has a list and no value.
   * @param user joint index  @param metric 'ndcg@10'
   * @throws Error when the run has not finished
   */
  listsOf(which: Evaluation['part'], user: number, metric: string): UserList[] {
    return this.#described(which).domains.map(({ domain, k }) => {
      const at = `${which}/${domain}`
      const row = this.#array(`${at}/listed`, Uint32Array).indexOf(user)
      if (row === -1) return { domain, items: new Uint32Array(), scores: new Float32Array(), value: null }
      const padded = new Uint32Array(this.#part(`${at}/topItems`, row * k * 4, k * 4))
      const length = padded.indexOf(noItem)
      const value = new Float64Array(this.#part(`${at}/user/${metric}`, row * 8, 8))[0] ?? null // counted users come first
      return {
        domain,
        items: length === -1 ? padded : padded.subarray(0, length),
        scores: new Float32Array(this.#part(`${at}/topScores`, row * k * 4, k * 4)),
        value,
      }
    })
  }

  close(): void {
    this.#db.close()
  }

  #described(which: Evaluation['part']): RunSummary['evaluations'][number] {
    const described = this.summary()?.evaluations.find((e) => e.part === which)
    if (!described) throw new Error(`${this.#path} holds no ${which} results: the run has not finished. Retry the run.`)
    return described
  }

  /** Some bytes of an array; none when there is no such array. */
  #part(name: string, offset: number, bytes: number): ArrayBuffer {
    const select = this.#db.prepare('SELECT substr(data, ?, ?) FROM array WHERE name = ?').pluck()
    const data = select.get(offset + 1, bytes, name)
    return aligned(data instanceof Uint8Array ? [data] : [])
  }

  #has(name: string): boolean {
    return this.#db.prepare('SELECT 1 FROM array WHERE name = ?').get(name) !== undefined
  }

  #array<T extends StoredArray>(name: string, type: new (buffer: ArrayBuffer) => T): T {
    const row = v.safeParse(arrayRow, this.#db.prepare('SELECT dtype, data FROM array WHERE name = ?').get(name))
    if (!row.success || row.output.dtype !== type.name) {
      throw new Error(`${this.#path} lacks the array '${name}': the file was changed from outside. Retry the run.`)
    }
    return new type(aligned([row.output.data]))
  }
}
