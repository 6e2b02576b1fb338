/**
 * `node test/fuzz/readers.ts --seed S --inputs N`: a campaign in a thread of its own, watched from outside, so that an endless loop is
 * a finding too. Prints inputs a second and what became of them; a failing input is written to a folder and named by seed and index.
 * `--only I` tries one input again.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { campaign, type Counts, type Failure, inputOf, noCounts } from './campaign.ts'

/** No progress for so long is a hang: the time limit of an input is a second. */
const hangMs = 10_000
const maxRssMB = 500

interface Task {
  seed: number
  from: number
  inputs: number
  /** One word: the index under way. */
  index: SharedArrayBuffer
}
type Message = { counts: Counts; failure: Failure | null; done: boolean }

if (isMainThread) await watch()
else await work(workerData as Task) // structured clone of the Task made in `watch`, same file

async function work({ seed, from, inputs, index }: Task): Promise<void> {
  const word = new Int32Array(index)
  const counts = noCounts()
  const failure = await campaign({ seed, from, inputs }, counts, (i) => {
    Atomics.store(word, 0, i)
    if (i % 10_000 === 0) parentPort?.postMessage({ counts, failure: null, done: false } satisfies Message)
  })
  parentPort?.postMessage({ counts, failure, done: true } satisfies Message)
}

async function watch(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      inputs: { type: 'string', default: '1000000' },
      only: { type: 'string' },
    },
  })
  const seed = Number(values.seed)
  const from = Number(values.only ?? 0)
  const task: Task = {
    seed,
    from,
    inputs: values.only === undefined ? Number(values.inputs) : 1,
    index: new SharedArrayBuffer(4),
  }
  const start = performance.now()
  let counts = noCounts()
  let rss = 0
  const failure = await new Promise<Failure | null>((resolve) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    let stopped = false
    const stop = (failed: Failure | null): void => {
      if (stopped) return
      stopped = true
      clearInterval(timer)
      void worker.terminate().then(() => {
        resolve(failed)
      })
    }
    const failed = (what: string): void => {
      const index = Atomics.load(new Int32Array(task.index), 0)
      stop({ index, what, files: inputOf(seed, index).files })
    }
    let seen = { index: -1, at: performance.now() }
    const timer = setInterval(() => {
      const index = Atomics.load(new Int32Array(task.index), 0)
      if (index !== seen.index) seen = { index, at: performance.now() }
      else if (performance.now() - seen.at > hangMs) failed(`no end after ${hangMs} ms`)
      rss = Math.max(rss, process.memoryUsage.rss() / 2 ** 20)
      if (rss > maxRssMB) failed(`memory grew to ${Math.round(rss)} MB`)
    }, 250)
    worker.on('message', (message: Message) => {
      counts = message.counts
      if (message.done) stop(message.failure)
    })
    worker.on('error', (error) => {
      failed(`thrown where nobody listens: ${error.stack ?? error.message}`)
    })
    worker.on('exit', () => {
      failed('a read that never ends: the thread had nothing left to do')
    })
  })
  report(seed, counts, (performance.now() - start) / 1000, rss)
  if (failure) keep(seed, failure)
}

function report(seed: number, counts: Counts, seconds: number, rss: number): void {
  const { folder, table, zip } = counts.kinds
  const rest = counts.inputs - counts.read - counts.refused
  console.log(
    `seed ${seed}: ${counts.inputs} inputs in ${seconds.toFixed(1)} s, ${Math.round(counts.inputs / seconds)} a second`,
  )
  console.log(`  of releases ${folder}, of tables ${table}, of zips ${zip}`)
  console.log(`  read ${counts.read}, refused with a sentence ${counts.refused}, without a row ${rest}`)
  console.log(`  slowest ${counts.slowestMs.toFixed(1)} ms, memory at most ${Math.round(rss)} MB`)
}

function keep(seed: number, { index, what, files }: Failure): void {
  const folder = mkdtempSync(join(tmpdir(), `crossreel-fuzz-${seed}-${index}-`))
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, basename(name)), bytes)
  }
  console.error(`FAILED at input ${index} (--seed ${seed} --only ${index}), kept in ${folder}:\n${what}`)
  process.exitCode = 1
}
