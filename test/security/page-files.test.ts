// The app:// protocol and the host name files by the same function: no URL path leaves the folder.
import { isAbsolute, join, relative } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentSecurityPolicy, locate, mimeType } from '../../src-main/shell/page-files.ts'

const root = join('/opt', 'crossreel', 'renderer')

test('names files inside the folder', () => {
  expect(locate(root, '/')).toBe(join(root, 'index.html'))
  expect(locate(root, '/assets/index-a1.js')).toBe(join(root, 'assets', 'index-a1.js'))
  expect(locate(root, '/assets/with%20space.css')).toBe(join(root, 'assets', 'with space.css'))
})

test.each([
  '/../x',
  '/..',
  '/%2e%2e/x',
  '/a/../../x',
  '/..%2f..%2fetc/passwd',
  '/%5c..%5cx',
  '/a%00b',
  '/%',
  '/%ff',
  '/.',
])('refuses %s', (path) => {
  expect(locate(root, path)).toBeNull()
})

test('no path whatever leaves the folder', () => {
  const part = fc.oneof(fc.constantFrom('..', '.', '', '%2e%2e', '%2f', '%5c', '..%2f', '/', 'c:'), fc.string())
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const file = locate(root, `/${parts.join('/')}`)
      if (file === null) return
      const inside = relative(root, file)
      expect(inside === '' || inside.startsWith('..') || isAbsolute(inside)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test('types are named by extension, and what is unknown is never run', () => {
  expect(mimeType('a.JS')).toBe('text/javascript; charset=utf-8')
  expect(mimeType('a.exe')).toBe('application/octet-stream')
})

test('the policy runs no text as code and loads nothing from elsewhere', () => {
  const policy = contentSecurityPolicy(['ws://127.0.0.1:1'])
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:1;")
  expect(policy).not.toMatch(/unsafe-eval|https?:|\*/)
  expect(policy.match(/[^ ;]+ [^;]*unsafe-inline/g)).toEqual(["style-src-attr 'unsafe-inline"])
})
