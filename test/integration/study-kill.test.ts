/** kill -9 on the whole program in the middle of a study, at moments drawn by a seed: it ends with the numbers of one that was left alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { Random } from '../../src-main/learning/random.ts'
import { jobEntry, openBench, temporaryFolder } from './bench.ts'
import { outcome, smallStudy, studyEnded, withData } from './study-bench.ts'

/** More of them: CROSSREEL_KILLS=10 npx vitest run --project node test/integration/study-kill.test.ts */
const kills = Number(process.env['CROSSREEL_KILLS'] ?? 3)

const program = resolve(import.meta.dirname, 'study-child.ts')

class Program {
  said = ''
  readonly #child: ChildProcess
  readonly #exit: Promise<unknown>
  #heard: () => void = () => undefined

  constructor(root: string, spec: object) {
    const args = [program, root, jobEntry, JSON.stringify(spec)]
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#exit = once(this.#child, 'exit')
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString()
      this.#heard()
    })
    void this.#exit.then(() => this.#heard())
    onTestFinished(() => void this.#child.kill('SIGKILL'))
  }

  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  /** Until so many more trainings have begun, or it has ended. */
  async trainings(more: number): Promise<void> {
    const begun = (): number => this.said.match(/: running/g)?.length ?? 0
    const from = begun()
    while (this.alive && begun() < from + more) await new Promise<void>((heard) => (this.#heard = heard))
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exit
  }

  async ended(): Promise<void> {
    await this.#exit
  }
}

test(`a study killed ${kills} times ends with the very numbers of one that was left alone`, async () => {
  const alone = await withData()
  const { runs } = smallStudy(alone.datasetId)
  const changes = { runs: [runs[0]!, runs[1]!, runs[3]!], seeds: [1] }
  const spec = smallStudy(alone.datasetId, changes)
  const study = await studyEnded(alone.bench, (await alone.bench.call('studies.create', spec)).id)
  expect(study.state).toBe('done')
  const expected = await outcome(alone.bench, study)

  const root = temporaryFolder()
  const first = await withData(root)
  const killed = smallStudy(first.datasetId, changes)
  await first.bench.call('settings.set', { parallelRuns: 2 }) // the one left alone had one at a time
  await first.bench.handle.close()

  const random = new Random(7)
  let done = 0
  for (;;) {
    const running = new Program(root, killed)
    if (done === kills) {
      await running.ended()
      expect(running.said).toContain('ended done')
      break
    }
    await running.trainings(1 + random.integer(3))
    await wait(random.integer(1500))
    if (!running.alive) break // it was faster than its killer
    await running.kill()
    done++
    await wait(random.integer(300)) // jobs of the dead one notice it meanwhile, or a little later
  }
  expect(done).toBe(kills)

  const bench = await openBench(root)
  const [ended] = await bench.call('studies.list', {})
  expect(ended).toMatchObject({ state: 'done', reason: null })
  expect(ended!.trials).toHaveLength(10)
  expect(await outcome(bench, ended!)).toEqual(expected)
  expect(await bench.call('experiments.list', {})).toHaveLength(2) // no part was made twice
}, 600_000)
