/**
 * Serving the built page: which file a URL path names, of what type, under which headers. Both shells that show the page use it, the
 * desktop's `app://` protocol and the browser host, so that neither has a rule the other lacks.
 */
import { extname, isAbsolute, join, relative } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * The file below `root` that a URL's path names, or null where it names none: it leaves the folder, is not decodable, or holds a NUL.
 * `/` is index.html. `join` first, `relative` after: `resolve` would let a leading slash leave the folder.
 */
export function locate(root: string, urlPath: string): string | null {
  let path: string
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (path.includes('\0') || path.includes('\\')) return null
  const file = join(root, path === '/' || path === '' ? 'index.html' : path)
  const inside = relative(root, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? null : file
}

export function mimeType(file: string): string {
  return types[extname(file).toLowerCase()] ?? 'application/octet-stream'
}

/**
 * The page loads nothing from elsewhere and runs no text as code. ECharts writes style attributes into its tooltips, hence
 * `style-src-attr`; style elements come from the built files alone.
 * @param connect further places the page may connect to: the host's own WebSocket
 */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

export function pageHeaders(file: string, connect: readonly string[] = []): Record<string, string> {
  return {
    'content-type': mimeType(file),
    'content-security-policy': contentSecurityPolicy(connect),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    // built files carry a hash in their names, index.html does not
    'cache-control': file.endsWith('.html') ? 'no-store' : 'private, max-age=3600',
  }
}
