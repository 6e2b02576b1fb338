// Protocol handlers, the session's locks, ports and the utility process of the stand-in.
import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type * as E from 'electron'

type Answer = (request: Request) => Response | Promise<Response>
type Before = (details: { url: string }, proceed: (answer: { cancel?: boolean }) => void) => void
type Grant = (contents: null, permission: string, grant: (given: boolean) => void) => void

/** What the main process has set, for the window to obey and the scenario to look at. */
export const locks = {
  schemes: new Map<string, { privileges: E.Privileges | undefined; answer: Answer | null }>(),
  before: null as Before | null,
  grant: null as Grant | null,
  checks: null as ((contents: null, permission: string) => boolean) | null,
  devices: null as (() => boolean) | null,
}

export const protocol: Pick<E.Protocol, 'handle' | 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme, privileges } of schemes) locks.schemes.set(scheme, { privileges, answer: null })
  },
  handle(scheme, handler) {
    const known = locks.schemes.get(scheme)
    if (!known) throw new Error(`the scheme ${scheme} was not registered before the app was ready`)
    known.answer = handler as unknown as Answer
  },
}

type SessionPart = Pick<
  E.Session,
  'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
>
const defaultSession: SessionPart & EventEmitter & { webRequest: { onBeforeRequest(listener: Before): void } } =
  Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: (handler: unknown) => void (locks.grant = handler as Grant),
    setPermissionCheckHandler: (handler: unknown) => void (locks.checks = handler as typeof locks.checks),
    setDevicePermissionHandler: (handler: unknown) => void (locks.devices = handler as typeof locks.devices),
    webRequest: { onBeforeRequest: (listener: Before) => void (locks.before = listener) },
  })
export const session = { defaultSession }

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
      postMessage: (message: object) => {
        if (!child.connected) throw new Error('Object has been destroyed')
        child.send(message, () => {})
      },
    })
    child
      .on('message', (message) => utility.emit('message', message))
      .on('spawn', () => utility.emit('spawn'))
      .on('exit', (code) => utility.emit('exit', code ?? 1))
    return utility as unknown as E.UtilityProcess
  },
}
