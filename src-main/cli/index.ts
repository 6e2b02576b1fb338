/** The headless shell: `crossreel COMMAND`. Finds the command, lets it run, turns its end into an exit code. */
import { parseArgs } from 'node:util'
import { readPort, serve } from '../host/serve.ts'
import { type Command, commandHelp, overview, parseCommand, UsageError } from './command.ts'
import { importCommand, workspaceOf, workspaceOption } from './data-commands.ts'
import { cleanCommand, datasetsCommand, removeCommand, renameCommand } from './dataset-commands.ts'
import { reportCommand, runCommand, tableCommand } from './experiment-commands.ts'
import { exportModelsCommand, importModelCommand } from './model-commands.ts'
import { createProgressLine } from './progress-line.ts'
import { quickstartCommand } from './quickstart.ts'
import { studyCommands } from './study-commands.ts'
import { backupCommand, restoreCommand, useCommand } from './workspace-commands.ts'

const serveCommand: Command = {
  name: 'serve',
  positional: '',
  help: 'Serves the workbench to a browser on this machine and prints the address.',
  options: [
    { name: 'port', value: 'N', help: 'a fixed port; a free one where it is left out' },
    { name: 'no-open', help: 'opens no browser' },
    workspaceOption,
  ],
  run: (args, { built }) =>
    serve({
      built,
      workspace: workspaceOf(args),
      port: readPort(args.text('port') ?? '0'),
      open: !args.flag('no-open'),
    }),
}

const commands = [
  quickstartCommand,
  importCommand,
  datasetsCommand,
  cleanCommand,
  renameCommand,
  removeCommand,
  ...studyCommands,
  runCommand,
  tableCommand,
  reportCommand,
  exportModelsCommand,
  importModelCommand,
  backupCommand,
  restoreCommand,
  useCommand,
  serveCommand,
]

async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args
  const command = commands.find((each) => each.name === name)
  if (!command) {
    const asked = name === undefined || name === '--help' || name === '-h' || name === 'help'
    if (asked) process.stdout.write(overview(commands))
    else console.error(`There is no command '${name}'. crossreel --help lists them.`)
    return asked && name !== undefined ? 0 : 2
  }
  if (parseArgs({ args: rest, strict: false, allowPositionals: true }).values['help'] === true) {
    process.stdout.write(commandHelp(command))
    return 0
  }

  const interrupted = new AbortController()
  const interrupt = (): void => interrupted.abort()
  // serve ends itself; a second Ctrl+C, with the first one heard, ends the process as usual
  if (command !== serveCommand) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt)
  const { stdout } = process
  const progress = createProgressLine({
    write: (text) => void stdout.write(text),
    isTTY: stdout.isTTY,
    columns: stdout.columns || 80,
  })
  try {
    await command.run(parseCommand(command, rest), {
      built: import.meta.dirname,
      progress,
      signal: interrupted.signal,
    })
    return 0
  } catch (error) {
    progress.finish()
    if (interrupted.signal.aborted) {
      console.error('Interrupted. What was finished is kept in the workspace.')
      return 130
    }
    console.error(error instanceof Error ? error.message : String(error))
    if (!(error instanceof UsageError)) return 1
    console.error(`crossreel ${command.name} --help says what it takes.`)
    return 2
  }
}

process.exitCode = await main(process.argv.slice(2))
