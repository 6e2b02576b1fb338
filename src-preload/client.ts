/**
 * The page's end of the channel: numbers calls, settles each of them exactly once, and hands events to their listeners. It outlives a
 * connection: `attach` gives it a channel (again, after a reconnection), `detach` rejects what is pending with the reason.
 */
import type { Events, Picked, Requests, Result, Workbench } from './contract.ts'
import { type Channel, isEventName, readToPage } from './wire.ts'

export interface Client {
  call: Workbench['call']
  on: Workbench['on']
  /** Preload only: hands the path of a dropped file to main, which keeps it under a token. */
  dropPath(path: string): Promise<Picked>
  attach(channel: Channel): void
  receive(message: unknown): void
  detach(reason: string): void
}

interface Pending {
  resolve(result: unknown): void
  reject(error: Error): void
}
type Listener = (payload: unknown) => void

export function createClient(): Client {
  const pending = new Map<number, Pending>()
  const listeners = new Map<keyof Events, Set<Listener>>()
  let channel: Channel | null = null
  /** Before the first channel messages wait; after a lost one they are refused with the reason of the loss. */
  let waiting: unknown[] = []
  let lost: string | null = null
  let last = 0

  function request(message: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (lost !== null) return reject(new Error(lost))
      const id = ++last
      pending.set(id, { resolve, reject })
      const numbered = { id, ...message }
      if (!channel) return void waiting.push(numbered)
      try {
        channel.send(numbered)
      } catch (error) {
        pending.delete(id)
        reject(error instanceof Error ? error : new Error(String(error)))
      }
    })
  }

  return {
    // The one place where an answer gets its type: `name` fixes it in the contract, and the workbench is typed by the same contract.
    call: <N extends keyof Requests>(name: N, argument: unknown) => request({ name, argument }) as Promise<Result<N>>,
    dropPath: (path) => request({ drop: path }) as Promise<Picked>,

    on<E extends keyof Events>(event: E, listener: (payload: Events[E]) => void) {
      const set = listeners.get(event) ?? new Set()
      listeners.set(event, set)
      const entry: Listener = (payload) => listener(payload as Events[E])
      set.add(entry)
      return () => void set.delete(entry)
    },

    attach(opened) {
      channel = opened
      lost = null
      const queued = waiting
      waiting = []
      for (const message of queued) opened.send(message)
    },

    receive(raw) {
      const message = readToPage(raw)
      if (!message) return
      if ('event' in message) {
        if (isEventName(message.event))
          for (const listener of [...(listeners.get(message.event) ?? [])]) listener(message.payload)
        return
      }
      const call = pending.get(message.id)
      if (!call) return
      pending.delete(message.id)
      if ('error' in message) call.reject(new Error(message.error))
      else call.resolve(message.result)
    },

    detach(reason) {
      channel = null
      lost = reason
      waiting = []
      const open = [...pending.values()]
      pending.clear()
      for (const call of open) call.reject(new Error(reason))
    },
  }
}
