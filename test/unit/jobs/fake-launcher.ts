/** Processes that do what a test tells them. */
import type { JobExit, JobProcess, LaunchJob } from '../../../src-main/jobs/launcher.ts'
import type { JobCommand, JobEvent } from '../../../src-main/jobs/messages.ts'

export class FakeProcess implements JobProcess {
  readonly label: string
  readonly commands: JobCommand[] = []
  killed = false
  /** False: a process that not even a kill ends. */
  mortal = true
  #onEvent: (event: JobEvent) => void = () => undefined
  #onExit: (exit: JobExit) => void = () => undefined

  constructor(label: string) {
    this.label = label
  }
  post(command: JobCommand): void {
    this.commands.push(command)
  }
  onEvent(listener: (event: JobEvent) => void): void {
    this.#onEvent = listener
  }
  onExit(listener: (exit: JobExit) => void): void {
    this.#onExit = listener
  }
  kill(): void {
    this.killed = true
    if (this.mortal) this.exit({ signal: 'SIGKILL' })
  }
  say(event: JobEvent): void {
    this.#onEvent(event)
  }
  exit(exit: Partial<JobExit> = {}): void {
    this.#onExit({ code: exit.signal ? null : 0, signal: null, stderr: [], reason: null, ...exit })
  }
  /** As a job that went well. */
  finish(): void {
    const start = this.commands.find((command) => command.type === 'start')
    if (start?.task.kind !== 'import') throw new Error('not started')
    this.say({ type: 'done', result: { kind: 'import', datasetId: start.task.datasetId } })
    this.exit()
  }
}

export function fakeLauncher(): { launch: LaunchJob; processes: FakeProcess[] } {
  const processes: FakeProcess[] = []
  const launch: LaunchJob = (label) => {
    const process = new FakeProcess(label)
    processes.push(process)
    return process
  }
  return { launch, processes }
}
