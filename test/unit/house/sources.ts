// The repository's own source files, as the house-rule tests read them.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'

export const root: string = resolve(import.meta.dirname, '../../..')

export interface Source {
  /** From the root, with forward slashes. */
  path: string
  text: string
  lines: number
}

export function sourcesUnder(folder: string, extensions: RegExp = /\.(ts|vue)$/): Source[] {
  const walk = (path: string): string[] =>
    statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => walk(join(path, name))) : [path]
  return walk(join(root, folder))
    .filter((path) => extensions.test(path))
    .map((path) => {
      const text = readFileSync(path, 'utf8')
      return { path: relative(root, path).replaceAll('\\', '/'), text, lines: text.split('\n').length - 1 }
    })
}

/** The text without comments and string contents, so that a word in a sentence is not taken for code. */
export function code(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (match) =>
    match.startsWith('/') ? '' : "''",
  )
}

/** Everything a file imports or re-exports, types included; dynamic imports too. */
export function importsOf(text: string): string[] {
  const found = text.matchAll(
    /(?:^|[\s;])(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|(?<![.\w'"])import\s*\(?\s*['"]([^'"]+)['"]/g,
  )
  return [...found].map((match) => match[1] ?? match[2] ?? '')
}
