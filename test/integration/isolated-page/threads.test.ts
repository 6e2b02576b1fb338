// The kernels' threads in a browser: Web Workers over one heap, in a page that is isolated from other origins.
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build } from 'vite'
import { expect, test } from 'vitest'
import { args, executablePath } from '../../chromium.ts'

const hasChromium = executablePath !== undefined || existsSync(chromium.executablePath())

async function bundle(): Promise<string> {
  const output = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, target: 'esnext', lib: { entry: join(import.meta.dirname, 'page.ts'), formats: ['es'] } },
  })
  const [first] = Array.isArray(output) ? output : [output]
  const chunk = first && 'output' in first ? first.output[0] : null
  if (!chunk) throw new Error('The page was not bundled.')
  return chunk.code
}

test.skipIf(!hasChromium)(
  'three threads in a page compute what one does, minified (skipped without Chromium)',
  async () => {
    const code = await bundle()
    const server = createServer((request, response) => {
      const script = request.url === '/page.js'
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
      response.setHeader('Content-Type', script ? 'text/javascript' : 'text/html')
      response.end(script ? code : '<script type="module" src="/page.js"></script>')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const browser = await chromium.launch({ args, ...(executablePath ? { executablePath } : {}) })
    try {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${port}/`)
      await page.waitForFunction('document.title !== ""')
      expect(JSON.parse(await page.title())).toEqual({ isolated: true, shares: true, different: 0, nonZero: true })
    } finally {
      await browser.close()
      server.close()
    }
  },
)
