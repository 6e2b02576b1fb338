/**
 * Compiles the kernels of the WebAssembly backend from AssemblyScript into one module of base64 strings, so that no file is read when they are
 * loaded, in Node or in a page. Called by the configurations of the build and of the tests, and does nothing while the sources are as they were.
 * By hand: `npx node tools/build-kernels.ts`.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const sources = 'src-main/learning/backends/kernels/assembly'
const product = 'src-main/learning/backends/kernels/binaries.ts'

/** Which of them a machine can run is found out by validating them; a heap shared between threads can only be imported as such. */
const builds: Record<string, string[]> = {
  relaxedShared: ['--enable', 'relaxed-simd', '--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  simdShared: ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'],
  relaxed: ['--enable', 'relaxed-simd'],
  simd: [],
}
const options = [
  ...['-O3', '--converge', '--noAssert', '--runtime', 'stub', '--use', 'abort='],
  ...['--importMemory', '--noExportMemory', '--initialMemory', '0', '--enable', 'simd'],
  '--disableWarning',
]

/** @param root of the repository @throws Error with the compiler's words when a kernel does not compile */
export async function buildKernels(root: string): Promise<void> {
  const mark = `// Made by tools/build-kernels.ts from ${sources}, ${fingerprint(root)}. Not to be edited.`
  const file = join(root, product)
  if (existsSync(file) && readFileSync(file, 'utf8').startsWith(mark)) return
  const lines = [mark]
  for (const [name, special] of Object.entries(builds)) {
    const binary = await compile(root, [...options, ...special])
    lines.push(`export const ${name} =\n  '${Buffer.from(binary).toString('base64')}'`)
  }
  // renamed into place: two of these may run at once
  const folder = mkdtempSync(join(root, 'src-main/learning/backends/kernels/.building-'))
  writeFileSync(join(folder, 'binaries.ts'), `${lines.join('\n')}\n`)
  renameSync(join(folder, 'binaries.ts'), file)
  rmSync(folder, { recursive: true })
}

/** Of the compiler, its options and the sources. */
function fingerprint(root: string): string {
  const hash = createHash('sha256')
  const compiler: { version: string } = createRequire(join(root, 'package.json'))('assemblyscript/package.json')
  hash.update(JSON.stringify([compiler.version, options, builds]))
  for (const name of readdirSync(join(root, sources)).sort())
    hash.update(name).update(readFileSync(join(root, sources, name), 'utf8').replaceAll('\r\n', '\n'))
  return hash.digest('hex').slice(0, 16)
}

async function compile(root: string, compilerOptions: string[]): Promise<Uint8Array> {
  const { main } = await import('assemblyscript/asc')
  let binary: Uint8Array | null = null
  let messages = ''
  const { error } = await main(
    [`${sources}/index.ts`, '--baseDir', root, '--outFile', 'kernels.wasm', ...compilerOptions],
    {
      stderr: { write: (text: string | Uint8Array) => void (messages += text) },
      writeFile: (_name: string, contents: string | Uint8Array) => {
        if (typeof contents !== 'string') binary = contents
      },
    },
  )
  if (error !== null || binary === null) throw new Error(`The kernels in ${sources} do not compile.\n${messages}`)
  return binary
}

if (process.argv[1] === import.meta.filename) await buildKernels(join(import.meta.dirname, '..'))
