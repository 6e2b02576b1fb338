/** Calls and their answers in both directions over one port: each end asks by name and answers by name, and parses what it hears. */
import * as v from 'valibot'
import { issueText } from '../workspace/schemas.ts'
import { errorOf, failure, failureOf } from './compute-failure.ts'
import type { CallSchemas } from './compute-messages.ts'
import { Receiver, Sender } from './compute-pieces.ts'
import type { ComputePort } from './compute-port.ts'

interface Call {
  argument: unknown
  result: unknown
}
type Table<T> = { [N in keyof T]: Call }
/** How one end answers. */
export type Answers<Calls extends Table<Calls>> = {
  [N in keyof Calls]: (argument: Calls[N]['argument']) => Calls[N]['result'] | Promise<Calls[N]['result']>
}

const message = v.variant('type', [
  v.strictObject({ type: v.literal('call'), id: v.number(), name: v.string(), argument: v.unknown() }),
  v.strictObject({ type: v.literal('result'), id: v.number(), result: v.unknown() }),
  v.strictObject({ type: v.literal('error'), id: v.number(), failure }),
])
type Message = v.InferOutput<typeof message>

interface Pending {
  take(result: unknown): void
  fail(error: Error): void
}

export class Line<Theirs extends Table<Theirs>, Ours extends Table<Ours>> {
  readonly #sender: Sender
  readonly #receiver = new Receiver()
  readonly #theirs: CallSchemas<Theirs>
  readonly #ours: CallSchemas<Ours>
  readonly #answers: Answers<Ours>
  readonly #pending = new Map<number, Pending>()
  readonly #gone: string
  #calls = 0
  #closed = false

  /** @param gone what a call comes to when the other end is gone, as a sentence */
  constructor(
    port: ComputePort,
    schemas: { theirs: CallSchemas<Theirs>; ours: CallSchemas<Ours> },
    answers: Answers<Ours>,
    gone: string,
  ) {
    this.#sender = new Sender((each) => port.post(each))
    this.#theirs = schemas.theirs
    this.#ours = schemas.ours
    this.#answers = answers
    this.#gone = gone
    port.onMessage((each) => this.#hear(each))
    port.onClose(() => this.#close())
  }

  /** @throws what the other end threw; Error when that is gone or answers what is no answer */
  call<N extends keyof Theirs & string>(name: N, argument: Theirs[N]['argument']): Promise<Theirs[N]['result']> {
    if (this.#closed) return Promise.reject(new Error(this.#gone))
    const id = ++this.#calls
    const schema: v.GenericSchema<unknown, Theirs[N]['result']> = this.#theirs[name].result
    return new Promise((resolve, reject) => {
      const take = (result: unknown): void => {
        try {
          resolve(parse(schema, result, `the answer to ${name}`))
        } catch (error) {
          reject(error)
        }
      }
      this.#pending.set(id, { take, fail: reject })
      this.#sender.send({ type: 'call', id, name, argument } satisfies Message)
    })
  }

  #hear(heard: unknown): void {
    const whole = this.#receiver.receive(heard)
    if (whole === null) return
    const said = parse(message, whole, 'a message')
    switch (said.type) {
      case 'call':
        void this.#answer(said)
        return
      case 'result':
        this.#settle(said.id)?.take(said.result)
        return
      case 'error':
        this.#settle(said.id)?.fail(errorOf(said.failure))
        return
      default:
        said satisfies never
    }
  }

  async #answer({ id, name, argument }: Extract<Message, { type: 'call' }>): Promise<void> {
    let reply: Message
    try {
      reply = { type: 'result', id, result: await this.#run(name, argument) }
    } catch (error) {
      reply = { type: 'error', id, failure: failureOf(error) }
    }
    if (!this.#closed) this.#sender.send(reply)
  }

  #run(name: string, argument: unknown): unknown {
    if (!isKey(this.#answers, name)) throw new Error(`There is no call '${name}'.`)
    return this.#answers[name](parse(this.#ours[name].argument, argument, `the argument of ${name}`))
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    return pending
  }

  #close(): void {
    this.#closed = true
    for (const { fail } of this.#pending.values()) fail(new Error(this.#gone))
    this.#pending.clear()
  }
}

function isKey<T extends object>(table: T, name: string): name is keyof T & string {
  return Object.hasOwn(table, name)
}

function parse<T>(schema: v.GenericSchema<unknown, T>, value: unknown, what: string): T {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  throw new Error(
    `Between Crossreel's job and the page that computes for it, ${what} is not as it should be (${issueText(parsed.issues)}).`,
  )
}
