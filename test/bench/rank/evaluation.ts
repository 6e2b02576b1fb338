/** The whole of an evaluation: ranking, all metrics of every user, the lists that are kept. What a run does after its training. */
import { evaluate } from '../../../src-main/evaluation/evaluate.ts'
import type { Interactions, TrainingData } from '../../../src-main/learning/data.ts'
import type { Recommender } from '../../../src-main/learning/model.ts'
import type { PositionLists } from '../../../src-main/learning/scoring/ranker.ts'
import type { Measured } from './ways.ts'
import { blockOf, vectors, type Workload } from './workload.ts'

const USERS = 1
const ITEMS = 2
/** Users whose events are made at a time. */
const BLOCK = 4096

export async function evaluation(work: Workload, threads: number): Promise<Measured> {
  const begun = performance.now()
  const data = trainingData(work)
  const model = vectorModel(work)
  const preparation = performance.now() - begun
  const [started, before] = [performance.now(), process.cpuUsage()]
  const { domains } = await evaluate(model, data, 'test', { signal: new AbortController().signal, threads })
  const { user, system } = process.cpuUsage(before)
  const counted = domains[0]?.users.length ?? 0
  if (counted === 0) throw new Error('No user was evaluated: the workload holds nothing out.')
  return { users: work.users, milliseconds: performance.now() - started, processor: (user + system) / 1000, preparation } // prettier-ignore
}

/** One domain; what a user has seen is his training, and what is held out his test. Each movie has one to three genres. */
function trainingData(work: Workload): TrainingData {
  const { users, items, k } = work
  const [train, test] = [new Events(users), new Events(users)]
  for (let first = 0; first < users; first += BLOCK) {
    const { seen, held } = blockOf(work, first, Math.min(BLOCK, users - first))
    train.append(first, seen)
    test.append(first, held)
  }
  return {
    users,
    items,
    domains: [{ name: 'A', start: 0, end: items }],
    train: train.interactions(),
    validation: new Events(users).interactions(),
    test: test.interactions(),
    positive: 0,
    historyAtTest: 'train',
    cutoffs: [10, 20, k],
    features: [],
    facts: {
      genreNames: Array.from({ length: 19 }, (_, g) => `Genre ${g + 1}`),
      genres: Uint32Array.from({ length: items }, (_, i) => (1 << (i % 19)) | (1 << ((i * 7) % 19)) | (1 << ((i >> 3) % 19))), // prettier-ignore
      year: new Int16Array(items),
    },
    hash: 'bench',
  }
}

/** Events of users in their order, as they come. */
class Events {
  readonly #indptr: Uint32Array
  readonly #parts: Uint32Array[] = []
  #n = 0

  constructor(users: number) {
    this.#indptr = new Uint32Array(users + 1)
  }

  append(first: number, { indptr, positions }: PositionLists): void {
    for (let b = 1; b < indptr.length; b++) this.#indptr[first + b] = this.#n + indptr[b]!
    this.#parts.push(positions)
    this.#n += positions.length
  }

  interactions(): Interactions {
    const item = new Uint32Array(this.#n)
    let at = 0
    for (const part of this.#parts.splice(0)) {
      item.set(part, at)
      at += part.length
    }
    return { indptr: this.#indptr, item, rating: new Float32Array(this.#n).fill(4), time: new Float64Array(this.#n) }
  }
}

function vectorModel({ items, width }: Workload): Recommender {
  if (width === 0) throw new Error('The way evaluation is for vectors. Give --size full or top100.')
  const unused = (): Promise<never> => Promise.reject(new Error('This model only ranks.'))
  return {
    fit: unused,
    score: unused,
    save: unused,
    load: unused,
    scoring: async () => ({
      kind: 'vectors',
      width,
      items: vectors(0, items, width, ITEMS),
      bias: null,
      users: async (some) => vectors(some[0]!, some.length, width, USERS), // whose they are does not matter here
    }),
    dispose: () => {},
  }
}
