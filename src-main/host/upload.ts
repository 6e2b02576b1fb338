/**
 * A file dropped on the page of the browser host: streamed into the workspace's staging folder, under a folder of its own, and kept
 * under a token like any picked file. Staging is emptied when the workspace opens.
 */
import { randomBytes } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Larger than any MovieLens release with a poster for each movie. */
export const largestUpload: number = 8 * 1024 ** 3

export class UploadError extends Error {
  readonly status: number
  constructor(status: number, sentence: string) {
    super(sentence)
    this.status = status
  }
}

/**
 * The last part of a name that came from outside, with nothing in it that a file system reads as more than a name.
 * @param encoded percent-encoded, as the `x-file-name` header carries it
 */
export function safeFileName(encoded: string): string {
  let name = encoded
  try {
    name = decodeURIComponent(encoded)
  } catch {
    // not percent-encoded: what stands there is the name
  }
  name = (name.split(/[/\\]/).at(-1) ?? '').replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '_').replace(/^[.\s]+|[.\s]+$/g, '')
  // device names of Windows, whatever their extension
  if (/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name)) name = `_${name}`
  if (name.length <= 120) return name || 'upload'
  const extension = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? ''
  return name.slice(0, 120 - extension.length) + extension
}

/**
 * Writes the request's body to `staging/upload-…/<name>`.
 * @returns the absolute path
 * @throws UploadError when it is larger than `largest`, empty, or cannot be written; nothing is left behind
 */
export async function receiveUpload(request: IncomingMessage, staging: string, largest: number): Promise<string> {
  const tooLarge = (): UploadError =>
    new UploadError(
      413,
      `The file is larger than ${Math.round(largest / 2 ** 20)} MiB. Type its path instead of dropping it.`,
    )
  if (Number(request.headers['content-length'] ?? 0) > largest) throw tooLarge()

  const folder = join(staging, `upload-${randomBytes(8).toString('hex')}`)
  const header = request.headers['x-file-name']
  const path = join(folder, safeFileName(typeof header === 'string' ? header : ''))
  let bytes = 0
  // the announced length is a claim: what arrives is counted
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > largest) done(tooLarge())
      else done(null, chunk)
    },
  })
  try {
    await mkdir(folder, { recursive: true })
    await pipeline(request, count, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
    if (bytes === 0)
      throw new UploadError(400, 'The file is empty. Choose the file that was downloaded from GroupLens.')
    return path
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if (error instanceof UploadError) throw error
    const text = error instanceof Error ? error.message : String(error)
    throw new UploadError(
      507,
      `The file could not be kept in ${staging}: ${text}. Free some space, or type its path instead.`,
    )
  }
}
