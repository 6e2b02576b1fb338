// The parts of the stand-in that are about the application: its life, dialogs, power, menus. Each export is checked against
// electron.d.ts through Pick<>, so that a method whose signature changes fails the type check.
import { EventEmitter } from 'node:events'
import type * as E from 'electron'

/** For the scenario: what happened, and what the next dialogs answer. */
export const record = {
  exitCode: null as number | null,
  sandboxed: false,
  errors: [] as string[],
  answers: [] as E.OpenDialogReturnValue[],
  blockers: 0,
  progress: [] as number[],
  notifications: [] as string[],
  /** Ends the browser; set by window.ts. */
  closeWindows: async (): Promise<void> => {},
}

class App extends EventEmitter {
  isPackaged = true
  name = 'Crossreel'
  whenReady(): Promise<void> {
    return Promise.resolve()
  }
  enableSandbox(): void {
    record.sandboxed = true
  }
  requestSingleInstanceLock(): boolean {
    return true
  }
  quit(): void {
    let prevented = false
    this.emit('before-quit', { preventDefault: () => {} })
    this.emit('will-quit', { preventDefault: () => (prevented = true) })
    if (!prevented) this.exit(0)
  }
  exit(code = 0): void {
    record.exitCode ??= code
    void record.closeWindows()
  }
}
type AppPart = Pick<E.App, 'whenReady' | 'enableSandbox' | 'requestSingleInstanceLock' | 'quit' | 'exit' | 'name'>
export const app: AppPart & EventEmitter = new App()

export const dialog: Pick<E.Dialog, 'showOpenDialog' | 'showErrorBox'> = {
  showOpenDialog: async () => record.answers.shift() ?? { canceled: true, filePaths: [] },
  showErrorBox: (title, content) => void record.errors.push(`${title}: ${content}`),
}

export const powerSaveBlocker: Pick<E.PowerSaveBlocker, 'start' | 'stop'> = {
  start: () => ++record.blockers,
  stop: () => --record.blockers >= 0,
}

export const Menu = {
  setApplicationMenu: () => {},
  buildFromTemplate: (template: E.MenuItemConstructorOptions[]) => template,
}
type MenuPart = { [K in keyof typeof Menu]: K extends keyof typeof E.Menu ? unknown : never }
void (Menu satisfies MenuPart)

export class Notification extends EventEmitter {
  static isSupported(): boolean {
    return true
  }
  readonly options: E.NotificationConstructorOptions
  constructor(options: E.NotificationConstructorOptions) {
    super()
    this.options = options
  }
  show(): void {
    record.notifications.push(this.options.body ?? '')
  }
}
void (Notification satisfies new (options: E.NotificationConstructorOptions) => Pick<E.Notification, 'show'>)
