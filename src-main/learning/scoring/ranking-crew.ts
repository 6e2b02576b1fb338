/**
 * Threads that rank bands of users over one memory; the caller is one of them. A user is ranked by one thread alone, so results depend neither on the
 * number of threads nor on who took what.
 */
import type { RankingHeap } from './ranking-heap.ts'
import { serve, TAKEN } from './ranking-worker.ts'
import type { Round, Workplace } from './ranking-worker.ts'

/** Called between two pieces of work: lets messages in, waits while paused, throws when cancelled. */
export type Turn = () => Promise<void>

export class RankingCrew {
  readonly #heap: RankingHeap
  readonly #others: Thread[]

  private constructor(heap: RankingHeap, others: Thread[]) {
    this.#heap = heap
    this.#others = others
  }

  /** @param size threads, the caller among them; one alone where no other can be started, as in a page whose policy forbids it */
  static async start(heap: RankingHeap, size: number): Promise<RankingCrew> {
    const others = heap.shared && size > 1 ? Array.from({ length: size - 1 }, startThread) : []
    const { module, memory } = heap
    const started = await Promise.allSettled(others.map((thread) => thread.ask({ module, memory })))
    const serving = others.filter((thread, i) => started[i]?.status === 'fulfilled' || thread.end())
    return new RankingCrew(heap, serving)
  }

  get size(): number {
    return 1 + this.#others.length
  }

  /** Ranks all users of a round. @param scratch one pointer a thread @throws what `turn` throws; Error when a kernel trapped */
  async run(round: Omit<Round, 'scratch'>, scratch: number[], turn: Turn): Promise<void> {
    const { scores, best, users, size } = round
    const taken = new Int32Array(this.#heap.memory.buffer, 0, 1)
    Atomics.store(taken, TAKEN, 0)
    const others = Promise.allSettled(
      this.#others.map((thread, i) => thread.ask({ ...round, scratch: scratch[i + 1] ?? 0 })),
    )
    try {
      for (;;) {
        const from = Atomics.add(taken, TAKEN, 1) * size
        if (from >= users) break
        this.#heap.kernels.rank(scores, best, from, Math.min(users, from + size), scratch[0] ?? 0)
        await turn()
      }
    } finally {
      Atomics.store(taken, TAKEN, Math.ceil(users / size)) // cancelled: the others stop after the band they are at
      await others
    }
    for (const ended of await others) if (ended.status === 'rejected') throw ended.reason
  }

  dispose(): void {
    for (const thread of this.#others) thread.end()
  }
}

interface Thread {
  /** Resolves when the message has been worked off. */
  ask(message: Workplace | Round): Promise<void>
  end(): void
}

/** Answers come in the order of the questions, one at a time. */
class Answers {
  #settle: ((failure: Error | null) => void) | null = null

  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#settle = (failure) => (failure ? reject(failure) : resolve())
    })
  }

  hear(failure: string | null): void {
    this.#settle?.(failure === null ? null : new Error(`A thread of the ranking failed: ${failure}.`))
    this.#settle = null
  }
}

function startThread(): Thread {
  const answers = new Answers()
  const source = `(${serve.toString()})`
  const { Worker: NodeWorker } = globalThis.process?.getBuiltinModule?.('node:worker_threads') ?? {}
  if (NodeWorker) {
    const script = `const { parentPort: port } = require('node:worker_threads'); port.on('message', ${source}((m) => port.postMessage(m)))`
    const worker = new NodeWorker(script, { eval: true })
    worker.on('message', (failure) => {
      worker.unref() // a waiting thread does not keep the process alive
      answers.hear(failure)
    })
    worker.on('error', (error) => answers.hear(String(error)))
    return {
      ask: (message) => {
        worker.ref()
        worker.postMessage(message)
        return answers.next()
      },
      end: () => void worker.terminate(),
    }
  }
  const script = `const take = ${source}((m) => postMessage(m)); onmessage = ({ data }) => take(data)`
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  const worker = new Worker(url)
  worker.onmessage = ({ data }) => answers.hear(data)
  worker.onerror = ({ message }) => answers.hear(message)
  return {
    ask: (message) => {
      worker.postMessage(message)
      return answers.next()
    },
    end: () => {
      worker.terminate()
      URL.revokeObjectURL(url)
    },
  }
}
