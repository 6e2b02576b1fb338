/** What both launchers need of a child process: an environment without surprises, and the end of what it wrote to standard error. */
import { StringDecoder } from 'node:string_decoder'

const dangerous = [
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_CHANNEL_FD',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_ENABLE_LOGGING',
]

/** A copy of the environment without what would change how the child's runtime starts. */
export function cleanedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [key, value] of Object.entries(environment)) {
    if (value !== undefined && !dangerous.includes(key.toUpperCase())) kept[key] = value
  }
  return kept
}

const keptLines = 200
const longestLine = 2000

/** The last 200 lines of a stream of bytes. */
export class StderrTail {
  readonly #decoder = new StringDecoder('utf8')
  readonly #lines: string[] = []
  #open = ''

  add(chunk: Uint8Array): void {
    const pieces = (this.#open + this.#decoder.write(Buffer.from(chunk))).split(/\r?\n/)
    this.#open = (pieces.pop() ?? '').slice(0, longestLine)
    for (const line of pieces) this.#lines.push(line.slice(0, longestLine))
    this.#lines.splice(0, Math.max(0, this.#lines.length - keptLines))
  }

  lines(): string[] {
    return (this.#open === '' ? this.#lines : [...this.#lines, this.#open]).slice(-keptLines)
  }
}
