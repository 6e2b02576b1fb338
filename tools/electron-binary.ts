/**
 * Finds the Electron binary without `require('electron')`: since Electron 42 that call starts a download. The package writes path.txt
 * only after the binary has been unpacked.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export type ElectronBinary = { path: string } | { missing: string }

export function findElectron(): ElectronBinary {
  const root = electronFolder()
  if (root === null) return { missing: 'the electron package is not installed' }
  const pathFile = join(root, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : 'electron'
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(root, 'dist'), name)
  return existsSync(file)
    ? { path: file }
    : { missing: "Electron's binary is not here; `npx install-electron` fetches it" }
}

export function electronFolder(): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    return null
  }
}

/** Why a window cannot be opened here although the binary may be, or null. */
export function noWindowReason(env = process.env, platform = process.platform): string | null {
  if (platform !== 'linux') return null
  if (!env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display'
  if (process.getuid?.() === 0) return "Electron's sandbox does not run as root"
  return null
}
