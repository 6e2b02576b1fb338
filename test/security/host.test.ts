// One attack a door of the browser host, each replayed against a running one.
import { readdir, readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Fixture, nextFrom, openFixture, openSocket, send } from './host-fixture.ts'

let fixture: Fixture
beforeAll(async () => {
  fixture = await openFixture()
})
afterAll(() => fixture.close())
const ours = (): Record<string, string> => ({ origin: fixture.origin })
const wsUrl = (token: string): string => `ws://127.0.0.1:${fixture.host.port}/ws?token=${token}`

describe('the page', () => {
  test('is served under its headers, without any CORS header', async () => {
    const { status, headers, body } = await send(fixture.host, '/')
    expect(status).toBe(200)
    expect(body).toContain('page')
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(headers['content-security-policy']).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline/)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' })
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  test.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/../../secret.txt',
    '//secret.txt',
    '/%00',
    '/%',
    '/secret.txt%00.html',
  ])('does not leave its folder: %s', async (path) => {
    const { status, body } = await send(fixture.host, path)
    expect(status).toBe(404)
    expect(body).not.toContain('the workspace')
  })

  test.each(['attacker.example', 'attacker.example:80', '127.0.0.1', '127.0.0.1:1', 'localhost.attacker.example:80'])(
    'is refused under the name %s (DNS rebinding)',
    async (name) => {
      expect((await send(fixture.host, '/', { headers: { host: name } })).status).toBe(421)
    },
  )

  test.each(['https://attacker.example', 'null', 'http://127.0.0.1:1'])(
    'is refused to the origin %s',
    async (origin) => {
      expect((await send(fixture.host, '/', { headers: { origin } })).status).toBe(403)
    },
  )

  test('cannot be embedded as a script or image by another site, yet can be linked to', async () => {
    const from = (mode: string) => ({ headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode } })
    expect((await send(fixture.host, '/', from('no-cors'))).status).toBe(403)
    expect((await send(fixture.host, '/', from('navigate'))).status).toBe(200)
  })

  test('is only read', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect((await send(fixture.host, '/', { method })).status).toBe(405)
    }
  })

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((address) => address && !address.internal && address.family === 'IPv4')?.address
  test.skipIf(outside === undefined)('is not there from outside this machine', async () => {
    const reached = await fetch(`http://${outside}:${fixture.host.port}/`).then(
      () => true,
      () => false,
    )
    expect(reached).toBe(false)
  })
})

describe('the socket', () => {
  test.each([
    ['no token', '', () => ours(), 401],
    ['a wrong token', '0'.repeat(32), () => ours(), 401],
    ['a token of another length', 'x', () => ours(), 401],
    ['the right token from another site', null, () => ({ origin: 'https://attacker.example' }), 403],
    ['the right token without an origin', null, () => ({}), 403],
    ['the right token under another name', null, () => ({ ...ours(), host: 'attacker.example' }), 421],
  ] as const)('is refused with %s', async (_what, token, headers, status) => {
    expect(await openSocket(wsUrl(token ?? fixture.host.token), headers())).toBe(status)
  })

  test('answers what is in the contract and refuses what is not, by name', async () => {
    const socket = await openSocket(wsUrl(fixture.host.token), ours())
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    socket.send(JSON.stringify({ id: 1, name: 'app.info', argument: {} }))
    expect(await nextFrom(socket)).toEqual({ id: 1, result: { shell: 'browser' } })
    socket.send(JSON.stringify({ id: 2, name: 'constructor', argument: {} }))
    expect(await nextFrom(socket)).toEqual({ id: 2, error: "There is no request 'constructor'." })
    socket.send(JSON.stringify({ id: 3, drop: '/etc/passwd' }))
    expect(await nextFrom(socket)).toMatchObject({ id: 3, error: expect.stringContaining('takes no paths') })
    expect(fixture.kept).not.toContain('/etc/passwd')
    // neither calls: ignored
    socket.send('{"id":"4","name":"app.info"}')
    socket.send('[]')
    socket.send('{"id":5,"name":{"toString":"app.info"}}')
    socket.send(JSON.stringify({ id: 6, name: 'app.info', argument: {} }))
    expect(await nextFrom(socket)).toMatchObject({ id: 6 })
    socket.close()
  })

  test.each([
    ['larger than 4 MiB', JSON.stringify({ id: 1, name: 'x'.repeat(4 * 1024 ** 2) }), 1009],
    ['not JSON', '{', 1007],
  ])('is closed by a message that is %s', async (_what, message, code) => {
    const before = fixture.called.length
    const socket = await openSocket(wsUrl(fixture.host.token), ours())
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`)
    socket.send(message)
    expect(await nextFrom(socket)).toBe(code)
    expect(fixture.called).toHaveLength(before)
  })

  test('is at /ws and nowhere else', async () => {
    const url = wsUrl(fixture.host.token).replace('/ws', '/')
    expect(await openSocket(url, ours())).toBe(404)
  })
})

describe('an upload', () => {
  const upload = (headers: Record<string, string>, body: Buffer | string = 'PK') =>
    send(fixture.host, '/upload', { method: 'POST', headers, body })
  const allowed = (): Record<string, string> => ({ ...ours(), 'x-crossreel-token': fixture.host.token })

  test.each([
    ['no token', () => ours(), 401],
    ['a wrong token', () => ({ ...ours(), 'x-crossreel-token': 'x' }), 401],
    ['another origin', () => ({ ...allowed(), origin: 'https://attacker.example' }), 403],
    ['no origin', () => ({ 'x-crossreel-token': fixture.host.token }), 403],
  ] as const)('is refused with %s, and nothing is written', async (_what, headers, status) => {
    expect((await upload(headers())).status).toBe(status)
    expect(await readdir(fixture.staging)).toEqual([])
  })

  test('stays in the staging folder, whatever its name', async () => {
    const evil = [
      '../../evil.zip',
      '/etc/cron.d/evil',
      '..\\..\\evil',
      '%2e%2e%2fevil.zip',
      'a\u0000b',
      '..',
      'CON.zip',
      '',
    ]
    for (const name of evil) {
      const { status } = await upload({ ...allowed(), 'x-file-name': encodeURIComponent(name) })
      expect(status).toBe(200)
      const path = fixture.kept.at(-1) ?? ''
      expect(dirname(dirname(path))).toBe(fixture.staging)
      expect(basename(path)).toMatch(/^[^/\\\0]+$/)
      expect(basename(path)).not.toMatch(/^\.|^con\./i)
      expect(await readFile(path, 'utf8')).toBe('PK')
    }
  })

  test('keeps an ordinary name', async () => {
    await upload({ ...allowed(), 'x-file-name': encodeURIComponent('ml-latest-small ü.zip') })
    expect(fixture.kept.at(-1)).toMatch(/ml-latest-small ü\.zip$/)
  })

  test.each([
    ['its announced length', Buffer.alloc(1_000_001), {}],
    ['what arrives', Buffer.alloc(1_000_001), { 'transfer-encoding': 'chunked' }],
  ])('larger than allowed is refused by %s and leaves nothing', async (_what, body, headers) => {
    const before = (await readdir(fixture.staging)).length
    const answer = await upload({ ...allowed(), ...headers }, body).catch(() => null)
    // the host may close the connection while the rest is still being sent
    if (answer) expect(answer.status).toBe(413)
    expect(await readdir(fixture.staging)).toHaveLength(before)
  })

  test('that is empty is refused in a sentence', async () => {
    expect(await upload(allowed(), '')).toMatchObject({ status: 400, body: expect.stringContaining('empty') })
    expect((await readdir(join(fixture.staging))).every((name) => name.startsWith('upload-'))).toBe(true)
  })

  test('is a POST', async () => {
    expect((await send(fixture.host, '/upload', { headers: allowed() })).status).toBe(405)
  })
})
