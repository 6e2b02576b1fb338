/**
 * Which workspace is opened when nobody says: one folder a person, the same for all shells. It lies where the platform keeps a program's data,
 * or where it was moved to: a small file beside that place names the folder then.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'

type Environment = Record<string, string | undefined>

interface Machine {
  env: Environment
  platform: NodeJS.Platform
  home: string
}
const thisMachine = (): Machine => ({ env: process.env, platform: process.platform, home: homedir() })

/** CROSSREEL_WORKSPACE where it is set, else where the workspace was moved to, else the platform's folder for a program's data. */
export function defaultWorkspace(machine: Machine = thisMachine()): string {
  const named = machine.env['CROSSREEL_WORKSPACE']
  return named ? resolve(named) : (movedTo(machine) ?? usualFolder(machine))
}

/**
 * The workspace at `from` was copied to `to`: where it was the one that opens by itself, `to` opens from the next start on.
 * @returns a sentence that says what happens next
 */
export function openNext(from: string, to: string, machine: Machine = thisMachine()): string {
  const copied = `Copied to ${to} and checked. The folder ${from} stays as it is.`
  const { CROSSREEL_WORKSPACE: named, ...env } = machine.env
  if (named || resolve(from) !== defaultWorkspace({ ...machine, env })) {
    const how = named ? 'set CROSSREEL_WORKSPACE to it' : `start Crossreel with --workspace ${to}`
    return `${copied} To open the copy, ${how}.`
  }
  const place = pointer(machine)
  if (resolve(to) === usualFolder(machine)) rmSync(place, { force: true })
  else {
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(`${place}.writing`, `${JSON.stringify({ workspace: resolve(to) })}\n`, { flush: true })
    renameSync(`${place}.writing`, place)
  }
  return `${copied} The next start opens the copy; what you change until then is not in it, so start again now.`
}

function usualFolder({ env, platform, home }: Machine): string {
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Crossreel')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Crossreel')
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'crossreel')
}

function pointer(machine: Machine): string {
  return `${usualFolder(machine)}.workspace.json`
}

/** @throws Error when the file is there and names no workspace: opening another one than the person's would look like a loss */
function movedTo(machine: Machine): string | null {
  const place = pointer(machine)
  let text: string
  try {
    text = readFileSync(place, 'utf8')
  } catch {
    return null // the workspace was never moved
  }
  const folder: unknown = named(text)
  if (typeof folder === 'string' && isAbsolute(folder)) {
    if (existsSync(join(folder, 'workspace.db'))) return folder
    throw new Error(
      `The workspace was moved to ${folder}, and it is not there now. Connect that disk, give another folder with --workspace, or delete ${place} to open ${usualFolder(machine)}.`,
    )
  }
  throw new Error(
    `${place} does not say where the workspace is. Delete it to open ${usualFolder(machine)}, or give the folder with --workspace.`,
  )
}

function named(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && 'workspace' in value ? value.workspace : null
  } catch {
    return null
  }
}
