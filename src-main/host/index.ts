/** The browser shell's process: `node out/main/host.js [--port N] [--workspace DIR] [--no-open]`. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultWorkspace } from '../shell/workspace-folder.ts'
import { readPort, serve } from './serve.ts'

// the dev server starts this file with Electron's own flags before ours
const known = /^--(port|workspace|no-open)(=|$)/
const flags = process.argv.slice(2)
const first = flags.findIndex((flag) => known.test(flag))

try {
  const { values } = parseArgs({
    args: first === -1 ? [] : flags.slice(first),
    options: {
      port: { type: 'string', default: process.env['CROSSREEL_PORT'] ?? '0' },
      workspace: { type: 'string' },
      'no-open': { type: 'boolean', default: false },
    },
  })
  await serve({
    built: import.meta.dirname,
    workspace: values.workspace === undefined ? defaultWorkspace() : resolve(values.workspace),
    port: readPort(values.port),
    open: !values['no-open'] && !process.env['ELECTRON_RENDERER_URL'],
  })
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
