/**
 * The workbench's end of the channel: reads a page's messages, lets the workbench answer, sends the reply. One for each connected page;
 * `broadcast` reaches all of them. Calls run at the same time, and every readable message gets exactly one reply.
 */
import type { Events, Picked } from './contract.ts'
import { type Channel, readFromPage } from './wire.ts'

export interface Answering {
  call(name: string, argument: unknown): Promise<unknown>
  /** Keeps a dropped path under a token. Null where no path is accepted from the channel (a browser uploads instead). */
  keepDropped: ((path: string) => Promise<Picked>) | null
}

export interface Server {
  /** Takes on a page; gives back what to do with each of its messages, and how to let it go. */
  connect(channel: Channel): { receive(message: unknown): void; close(): void }
  broadcast<E extends keyof Events>(event: E, payload: Events[E]): void
  readonly pages: number
}

export function createServer(workbench: Answering): Server {
  const channels = new Set<Channel>()

  function answer(message: { name: string; argument: unknown } | { drop: string }): Promise<unknown> {
    if (!('drop' in message)) return workbench.call(message.name, message.argument)
    if (!workbench.keepDropped)
      return Promise.reject(new Error('This workbench takes no paths here. Drop the file on the page instead.'))
    return workbench.keepDropped(message.drop)
  }

  return {
    connect(channel) {
      channels.add(channel)
      const reply = (message: unknown): void => {
        // the page may have gone while its call ran
        if (channels.has(channel)) channel.send(message)
      }
      return {
        receive(raw) {
          const message = readFromPage(raw)
          if (!message) return
          answer(message).then(
            (result) => reply({ id: message.id, result }),
            (error: unknown) =>
              reply({ id: message.id, error: error instanceof Error ? error.message : String(error) }),
          )
        },
        close: () => void channels.delete(channel),
      }
    },
    broadcast(event, payload) {
      for (const channel of channels) channel.send({ event, payload })
    },
    get pages() {
      return channels.size
    },
  }
}
