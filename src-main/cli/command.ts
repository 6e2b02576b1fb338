/** What a command of the headless shell is: rows of options that parse the command line and print its help, and what it does. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { ProgressLine } from './progress-line.ts'

export interface OptionRow {
  name: string
  /** What stands for the value in the help; absent for a switch. */
  value?: string
  help: string
}

export interface CommandContext {
  /** out/main */
  built: string
  progress: ProgressLine
  /** Ctrl+C: the command closes its workspace and ends. */
  signal: AbortSignal
}

export interface Command {
  name: string
  /** The positional argument as the help shows it: 'PATH', '[EXPERIMENT]', ''. */
  positional: string
  help: string
  options: readonly OptionRow[]
  run(argument: Arguments, context: CommandContext): Promise<void>
}

export interface Arguments {
  /** What stands in the positional's place, or null. */
  positional: string | null
  text(name: string): string | null
  flag(name: string): boolean
}

/** The command line is not understood: the exit code is 2, and the help is named. */
export class UsageError extends Error {}

/** @throws UsageError when an option is unknown, lacks its value, or the positional is missing or one too many */
export function parseCommand(command: Command, args: readonly string[]): Arguments {
  const options: ParseArgsOptionsConfig = {}
  for (const row of command.options) options[row.name] = { type: row.value === undefined ? 'boolean' : 'string' }
  let parsed: { values: Record<string, unknown>; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
  const { values, positionals } = parsed
  const most = command.positional === '' ? 0 : 1
  const extra = positionals[most]
  if (extra !== undefined) throw new UsageError(`'${extra}' is one argument too many.`)
  if (command.positional !== '' && !command.positional.startsWith('[') && positionals.length === 0) {
    throw new UsageError(`${command.positional} is missing.`)
  }
  return {
    positional: positionals[0] ?? null,
    text: (name) => (typeof values[name] === 'string' ? values[name] : null),
    flag: (name) => values[name] === true,
  }
}

export function commandHelp(command: Command): string {
  const rows = command.options.map((row): [string, string] => [
    `--${row.name}${row.value === undefined ? '' : ` ${row.value}`}`,
    row.help,
  ])
  const usage = ['crossreel', command.name, command.positional, rows.length > 0 ? '[options]' : '']
  return `${usage.filter((word) => word !== '').join(' ')}\n\n${command.help}\n${rows.length > 0 ? `\n${columns(rows)}\n` : ''}`
}

export function overview(commands: readonly Command[]): string {
  const rows = commands.map(({ name, positional, help }): [string, string] => [
    `${name} ${positional}`.trim(),
    help.split('\n', 1)[0] ?? '',
  ])
  return `crossreel COMMAND [options]: multi-modal, cross-domain movie recommendation without a window\n\n${columns(rows)}\n
crossreel COMMAND --help says more. The workspace is CROSSREEL_WORKSPACE, or --workspace DIR.
Exit codes: 0 done, 1 failed, 2 not understood, 130 interrupted.\n`
}

function columns(rows: readonly [string, string][]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
