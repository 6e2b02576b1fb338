/** Builds out/ when it is missing or older than what it is built from. `npm run build:once`; also called by start and test. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

export const root: string = resolve(import.meta.dirname, '..')
const sources = [
  'src-main',
  'src-preload',
  'src-renderer',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
]
const products = [
  'main/index.js',
  'main/host.js',
  'main/cli.js',
  'main/job.js',
  'preload/index.cjs',
  'renderer/index.html',
]

function newest(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.mtimeMs
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0)
}

export function isBuilt(): boolean {
  const files = products.map((file) => join(root, 'out', file))
  if (!files.every((file) => existsSync(file))) return false
  const oldest = Math.min(...files.map((file) => statSync(file).mtimeMs))
  return sources.every((source) => newest(join(root, source)) <= oldest)
}

/** @returns whether the build succeeded; its output is shown only when it did not */
export function build(): boolean {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('electron-vite/package.json')),
    'bin/electron-vite.js',
  )
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'build'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) console.error(`${stdout}\n${stderr}\nThe build failed; its output stands above.`)
  return status === 0
}

export function buildOnce(): boolean {
  if (isBuilt()) return true
  console.log('Building')
  return build()
}

if (process.argv[1] === import.meta.filename) process.exit(buildOnce() ? 0 : 1)
