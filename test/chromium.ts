import { existsSync } from 'node:fs'

/** Debian's Chromium where there is one; undefined lets Playwright use its own browser. */
const system = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
export const executablePath: string | undefined = existsSync(system) ? system : undefined
/** WebGPU where there is no graphics card: correct, and slow. */
export const webgpuArgs: string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']
export const args: string[] = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
]
