/** `app://crossreel/`: the built page's files, contained in their folder, under the page's headers. */
import { readFile } from 'node:fs/promises'
import { protocol } from 'electron'
import { locate, pageHeaders } from '../shell/page-files.ts'

export const pageOrigin = 'app://crossreel'

/** Once, before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

export function servePage(folder: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = url.host === 'crossreel' && request.method === 'GET' ? locate(folder, url.pathname) : null
    const content = file === null ? null : await readFile(file).catch(() => null)
    return file === null || content === null
      ? new Response('Nothing is here.', {
          status: 404,
          headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
        })
      : new Response(new Uint8Array(content), { headers: pageHeaders(file) })
  })
}
