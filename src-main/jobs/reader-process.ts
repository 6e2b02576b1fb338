/**
 * The other end of the reader: owns its process, asks, and sees to it that every question settles. The process is started by the first question;
 * when it dies, what was not answered fails with a sentence and the next question starts another.
 */
import * as v from 'valibot'
import { issueText } from '../workspace/schemas.ts'
import { exitSentence } from './failure.ts'
import type { JobExit, JobProcess, LaunchJob } from './launcher.ts'
import type { Ask, JobEvent } from './messages.ts'
import { answerSchemas } from './reader-answers.ts'
import type { QuestionName, Questions } from './reader-questions.ts'
import { type JobPatience, usualPatience } from './running-job.ts'

/** A newer question of the same lane came before this one was answered; whoever asked has asked again. */
export class OvertakenError extends Error {
  override readonly name = 'OvertakenError'
}

interface Pending {
  answer(answer: unknown): void
  fail(error: Error): void
}

interface Started {
  process: JobProcess
  /** Null once it is ready: what waits to be posted until then. */
  waiting: Ask[] | null
  pending: Map<number, Pending>
  /** Why it ends, where that is known before it has. */
  verdict: string | null
  exited: Promise<void>
  /** Runs while it starts, while it has nothing to do, and while it is to leave. */
  timer: NodeJS.Timeout | undefined
}

/** A reader may hold a gigabyte; who has asked nothing for so long can wait for it to start again. */
const usualIdleMs = 10 * 60_000

export class ReaderProcess {
  readonly #root: string
  readonly #launch: LaunchJob
  readonly #patience: JobPatience
  readonly #idleMs: number
  #started: Started | null = null
  #asked = 0
  #closed = false

  constructor(
    root: string,
    launch: LaunchJob,
    { patience = usualPatience, idleMs = usualIdleMs }: { patience?: JobPatience; idleMs?: number } = {},
  ) {
    this.#root = root
    this.#launch = launch
    this.#patience = patience
    this.#idleMs = idleMs
  }

  /**
   * @param lane of the questions of one lane only the newest is answered
   * @throws OvertakenError; Error with a sentence when there is no answer, or the process died
   */
  ask<N extends QuestionName>(
    question: N,
    argument: Questions[N]['argument'],
    lane: string | null = null,
  ): Promise<Questions[N]['answer']> {
    if (this.#closed) return Promise.reject(new Error('The workbench has been closed. Open it again.'))
    const id = ++this.#asked
    return new Promise((resolve, reject) => {
      const answer = (value: unknown): void => {
        const parsed = v.safeParse(answerSchemas[question], value)
        if (parsed.success) resolve(parsed.output)
        else reject(new Error(`The answer to ${question} cannot be read: ${issueText(parsed.issues)}.`))
      }
      this.#post({ type: 'ask', id, question, argument, lane }, { answer, fail: reject })
    })
  }

  /** Has the files of a data set closed, where there is a reader that may have them open. */
  async forget(datasetId: string): Promise<void> {
    if (!this.#started || this.#closed) return
    // a reader that dies meanwhile has let go of them too
    await this.ask('forget', { datasetId }).catch(() => undefined)
  }

  /** Ends the process. */
  async close(): Promise<void> {
    this.#closed = true
    if (this.#started) await this.#leave(this.#started, 'The workbench was closed before this was answered.')
  }

  /** Asks a process to end, and ends it when it does not. Settles when it is gone, or when nothing helps. */
  async #leave(started: Started, reason: string): Promise<void> {
    if (this.#started === started) this.#started = null
    failAll(started, reason)
    started.process.post({ type: 'cancel' })
    clearTimeout(started.timer)
    await new Promise<void>((resolve) => {
      void started.exited.then(resolve)
      started.timer = setTimeout(() => {
        started.process.kill()
        started.timer = setTimeout(resolve, this.#patience.exitMs)
      }, this.#patience.cancelMs)
    })
    clearTimeout(started.timer)
  }

  #post(command: Ask, pending: Pending): void {
    let started: Started
    try {
      started = this.#started ??= this.#start()
    } catch (error) {
      return pending.fail(new Error(`The reader of the data sets could not be started: ${String(error)}`))
    }
    started.pending.set(command.id, pending)
    if (started.waiting) started.waiting.push(command)
    else {
      clearTimeout(started.timer)
      started.process.post(command)
    }
  }

  #start(): Started {
    const process = this.#launch('Read data sets')
    let leave: () => void = () => undefined
    const started: Started = {
      process,
      waiting: [],
      pending: new Map(),
      verdict: null,
      exited: new Promise((resolve) => (leave = resolve)),
      timer: setTimeout(() => {
        started.verdict = `The reader of the data sets did not start within ${this.#patience.startMs / 1000} s. Try again.`
        process.kill()
      }, this.#patience.startMs),
    }
    process.onEvent((event) => this.#hear(started, event))
    process.onExit((exit) => {
      clearTimeout(started.timer)
      if (this.#started === started) this.#started = null
      failAll(started, started.verdict ?? sentenceOf(exit))
      leave()
    })
    return started
  }

  #hear(started: Started, event: JobEvent): void {
    switch (event.type) {
      case 'ready': {
        clearTimeout(started.timer)
        const waiting = started.waiting ?? []
        started.waiting = null
        started.process.post({ type: 'start', workspace: this.#root, task: { kind: 'read' } })
        for (const command of waiting) started.process.post(command)
        return
      }
      case 'answer':
        return this.#take(started, event.id)?.answer(event.answer)
      case 'unanswered':
        return this.#take(started, event.id)?.fail(
          event.overtaken ? new OvertakenError(event.reason) : new Error(event.reason),
        )
      case 'failed':
        started.verdict ??= event.reason
        if (this.#started === started) this.#started = null // the next question does not wait for its exit
        return started.process.kill()
      case 'progress':
      case 'points':
      case 'log':
      case 'done':
        return
      default:
        event satisfies never
    }
  }

  #take(started: Started, id: number): Pending | undefined {
    const found = started.pending.get(id)
    started.pending.delete(id)
    if (started.pending.size === 0 && this.#started === started) {
      clearTimeout(started.timer)
      started.timer = setTimeout(() => void this.#leave(started, ''), this.#idleMs)
      started.timer.unref()
    }
    return found
  }
}

function failAll({ pending }: Started, reason: string): void {
  const all = [...pending.values()]
  pending.clear()
  for (const each of all) each.fail(new Error(reason))
}

function sentenceOf(exit: JobExit): string {
  return exitSentence(exit)
    .replace(/^The job /, 'The reader of the data sets ')
    .replaceAll('start it again', 'ask again')
}
