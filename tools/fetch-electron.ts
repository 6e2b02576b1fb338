/**
 * Fetches Electron's binary with the package's own installer, at most once a day and only where its server answers within seconds: a
 * machine without that network must not wait at each start.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { electronFolder } from './electron-binary.ts'

const dayMs = 24 * 3600 * 1000
const answerMs = 4_000
const downloadMs = 5 * 60_000

/** @returns why there is still no binary, or null when it has been fetched */
export async function fetchElectron(): Promise<string | null> {
  const folder = electronFolder()
  if (folder === null) return 'the electron package is not installed'
  const failedBefore = join(folder, '.fetch-failed')
  if (existsSync(failedBefore) && Date.now() - statSync(failedBefore).mtimeMs < dayMs) {
    return 'fetching it failed less than a day ago'
  }
  const server = process.env['ELECTRON_MIRROR'] ?? process.env['npm_config_electron_mirror'] ?? 'https://github.com'
  const answers = await fetch(server, { method: 'HEAD', signal: AbortSignal.timeout(answerMs) }).then(
    () => true,
    () => false,
  )
  let problem: string | null = `${server} does not answer`
  if (answers) {
    console.log("Fetching Electron's binary, once (about 120 MB)")
    const { status } = spawnSync(process.execPath, [join(folder, 'install.js')], {
      stdio: 'inherit',
      timeout: downloadMs,
    })
    problem = status === 0 ? null : 'its installer failed'
  }
  if (problem === null) rmSync(failedBefore, { force: true })
  else writeFileSync(failedBefore, problem)
  return problem
}
