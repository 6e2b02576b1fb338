/** Shows an address in the default browser. Best effort: the address is printed as well, so a machine without one loses nothing. */
import { spawn } from 'node:child_process'

export function openBrowser(url: string, platform: NodeJS.Platform = process.platform): void {
  const [command, ...before] =
    platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : [platform === 'darwin' ? 'open' : 'xdg-open']
  if (!command) return
  const child = spawn(command, [...before, url], { stdio: 'ignore', detached: true })
  child.once('error', () => {}) // no such command: the printed address is the way in
  child.unref()
}

/** A person sits before this machine: no CI, and on Linux a display. */
export function hasDesktop(
  env: Record<string, string | undefined> = process.env,
  platform = process.platform,
): boolean {
  if (env['CI'] || env['SSH_CONNECTION']) return false
  return platform === 'win32' || platform === 'darwin' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])
}
