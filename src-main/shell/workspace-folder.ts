/** Where the workspace lies when nobody says: one folder a person, the same for all shells. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

type Environment = Record<string, string | undefined>

/** CROSSREEL_WORKSPACE where it is set, else the platform's folder for a program's data. */
export function defaultWorkspace(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const named = env['CROSSREEL_WORKSPACE']
  if (named) return resolve(named)
  if (platform === 'win32') return join(env['LOCALAPPDATA'] || join(home, 'AppData', 'Local'), 'Crossreel')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Crossreel')
  return join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'crossreel')
}
