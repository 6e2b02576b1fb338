// Protocol handlers, the session's locks, ports and the utility process of the stand-in.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type * as E from 'electron'

type Answer = (request: Request) => Response | Promise<Response>
type Before = (details: { url: string }, proceed: (answer: { cancel?: boolean }) => void) => void
type Grant = (contents: null, permission: string, grant: (given: boolean) => void) => void

/** What the main process has set for a session, for its windows to obey and the scenario to look at. */
export interface Locks {
  answers: Map<string, Answer>
  before: Before | null
  grant: Grant | null
  checks: ((contents: null, permission: string) => boolean) | null
  devices: (() => boolean) | null
}
const unlocked = (): Locks => ({ answers: new Map(), before: null, grant: null, checks: null, devices: null })
/** Schemes are the app's, not a session's. */
export const schemes = new Map<string, E.Privileges | undefined>()

function handling(locks: Locks): Pick<E.Protocol, 'handle'> {
  return {
    handle(scheme, handler) {
      if (!schemes.has(scheme)) throw new Error(`the scheme ${scheme} was not registered before the app was ready`)
      locks.answers.set(scheme, handler as unknown as Answer)
    },
  }
}

type SessionPart = Pick<
  E.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>
interface Session extends SessionPart, EventEmitter {
  webRequest: { onBeforeRequest(listener: Before): void }
  protocol: Pick<E.Protocol, 'handle'>
}
function madeSession(locks: Locks): Session {
  return Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: unknown) => void (locks.grant = handler as Grant),
    setPermissionCheckHandler: (handler: unknown) => void (locks.checks = handler as Locks['checks']),
    setDevicePermissionHandler: (handler: unknown) => void (locks.devices = handler as Locks['devices']),
    webRequest: { onBeforeRequest: (listener: Before) => void (locks.before = listener) },
    protocol: handling(locks),
  })
}
/** Of the default session. */
export const locks = unlocked()
export const protocol: Pick<E.Protocol, 'handle' | 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged(registered) {
    for (const { scheme, privileges } of registered) schemes.set(scheme, privileges)
  },
  ...handling(locks),
}
const partitions = new Map<string, { locks: Locks; session: Session }>()
function partition(name: string): { locks: Locks; session: Session } {
  const known = partitions.get(name)
  if (known) return known
  const own = unlocked()
  const made = { locks: own, session: madeSession(own) }
  partitions.set(name, made)
  return made
}
export const locksOf = (name: string | undefined): Locks => (name === undefined ? locks : partition(name).locks)
export const session = {
  defaultSession: madeSession(locks),
  fromPartition: (name: string): Session => partition(name).session,
}
type FromPartition = { fromPartition(name: string): Pick<E.Session, keyof SessionPart> }
void (session satisfies FromPartition)

/** One end of a channel; what is posted is cloned, as a process boundary would. */
export class Port extends EventEmitter {
  peer: Port | null = null
  #closed = false
  postMessage(message: unknown): void {
    if (this.#closed) return
    const data: unknown = structuredClone(message)
    queueMicrotask(() => this.peer?.emit('message', { data, ports: [] }))
  }
  start(): void {}
  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.emit('close')
    this.peer?.close()
  }
}
void (Port satisfies new () => Pick<E.MessagePortMain, 'postMessage' | 'start' | 'close'>)

export class MessageChannelMain {
  port1: Port = new Port()
  port2: Port = new Port()
  constructor() {
    this.port1.peer = this.port2
    this.port2.peer = this.port1
  }
}

const shim = new URL('./parent-port.ts', import.meta.url).href

/** A forked Node process with `process.parentPort`, as a utility process has it. */
export const utilityProcess: Pick<typeof E.utilityProcess, 'fork'> = {
  fork(modulePath, args = [], options = {}) {
    const child = fork(modulePath, args, {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: ['--import', shim],
      env: { ...options.env },
    })
    const utility = Object.assign(new EventEmitter(), {
      pid: child.pid,
      stdout: child.stdout,
      stderr: child.stderr,
      kill: () => child.kill(),
      postMessage: (message: object, transfer: Port[] = []) => {
        if (!child.connected) throw new Error('Object has been destroyed')
        const ids = transfer.map((port) => {
          const id = ports.push(port) - 1
          // what is sent to this end arrives in the child
          port.on(
            'message',
            ({ data }: { data: unknown }) => child.connected && child.send({ __port: id, data }, () => {}),
          )
          port.on('close', () => child.connected && child.send({ __port: id, closed: true }, () => {}))
          return id
        })
        child.send(ids.length > 0 ? { __ports: ids, data: message } : message, () => {})
      },
    })
    const ports: Port[] = []
    child
      .on('message', (message: { __port?: number; data?: unknown }) => {
        if (message.__port === undefined) utility.emit('message', message)
        else ports[message.__port]?.postMessage(message.data)
      })
      .on('exit', () => ports.forEach((port) => port.close()))
      .on('spawn', () => utility.emit('spawn'))
      .on('exit', (code) => utility.emit('exit', code ?? 1))
    return utility as unknown as E.UtilityProcess
  },
}
