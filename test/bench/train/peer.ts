/** A process that trains, one step when it is asked to: ours or another's. It is asked in lines of JSON, of which some have bytes behind them, and answers in such lines. */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { createInterface } from 'node:readline'
import { encodeSafetensors } from '../../../src-main/workspace/safetensors.ts'
import type { PeerBatch } from './batches.ts'

/** Of one step. */
export interface Step {
  /** Milliseconds by the clock, and of processor time of all threads. */
  wall: number
  processor: number
  loss: number
}

/** When it is ready. */
export interface Ready {
  /** What computes, in words. */
  device: string
  gflops: number
}

/** Bytes. */
export interface Memory {
  /** Most that was ever resident. */
  peak: number
  resident: number
  /** JavaScript's after a collection, and WebAssembly's; 0 for others. */
  heap: number
  wasm: number
  tensors: number
}

export class Peer {
  readonly name: string
  /** false: it makes the batches itself */
  readonly #takesBatches: boolean
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  #complaints = ''

  constructor(name: string, command: string, args: string[], env: NodeJS.ProcessEnv, takesBatches: boolean) {
    this.name = name
    this.#takesBatches = takesBatches
    this.#child = spawn(command, args, { env: { ...process.env, ...env } })
    this.#child.on('error', (error) => (this.#complaints += error.message))
    this.#child.stdin.on('error', () => {}) // its end is told below
    this.#child.stderr.on('data', (text: Buffer) => (this.#complaints += text.toString()))
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error with its last words when it does not start */
  ready(): Promise<Ready> {
    return this.#answer()
  }

  ask(question: 'loss' | 'step', batch: PeerBatch | null): Promise<Step> {
    return this.#ask(question, batch)
  }

  memory(): Promise<Memory> {
    return this.#ask('memory', null)
  }

  /** Whatever else ours can tell. */
  async profile(): Promise<string> {
    const { text } = await this.#ask<{ text: string }>('profile', null)
    return text
  }

  end(): void {
    this.#child.kill()
  }

  #ask<T>(question: string, batch: PeerBatch | null): Promise<T> {
    const body = batch && this.#takesBatches ? encodeSafetensors(batch.arrays) : new Uint8Array()
    const line = { ask: question, ...(batch && this.#takesBatches ? batch.about : {}), bytes: body.length }
    this.#child.stdin.write(`${JSON.stringify(line)}\n`)
    if (body.length > 0) this.#child.stdin.write(body)
    return this.#answer()
  }

  async #answer<T>(): Promise<T> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) throw new Error(`${this.name} has ended. ${this.#complaints.trim().split('\n').at(-1) ?? ''}`)
      if (value.startsWith('{')) return JSON.parse(value) as T // written by the scripts of this folder
    }
  }
}
