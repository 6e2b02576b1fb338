// The desktop's locks as functions: origins are compared as parsed, what may load is a short list, a message has to come from our page.
import { expect, test, vi } from 'vitest'

vi.mock('electron', () => ({ app: { on: () => {} } }))
const { isOurPage, mayLoad, maySave, originOf } = await import('../../src-main/electron/security.ts')

test.each([
  ['app://crossreel/', 'app://crossreel'],
  ['app://crossreel.attacker.example/', 'app://crossreel.attacker.example'],
  ['app://crossreel@attacker.example/', 'app://attacker.example'],
  ['APP://crossreel/x', 'app://crossreel'],
  ['not a url', null],
])('%s is of %s', (url, origin) => {
  expect(originOf(url)).toBe(origin)
})

test.each([
  ['app://crossreel/assets/a.js', true],
  ['blob:app://crossreel/1', true],
  ['data:image/png;base64,AA', true],
  ['https://example.com/', false],
  ['http://127.0.0.1:5173/', false],
  ['file:///etc/passwd', false],
  ['app://other/', false],
  ['ws://127.0.0.1:5173/', false],
  ['devtools://devtools/bundled/x', false],
])('a built app may load %s: %s', (url, may) => {
  expect(mayLoad(url, 'app://crossreel', null)).toBe(may)
})

test('a development build may load its dev server too, and nothing more', () => {
  const dev = 'http://127.0.0.1:5173'
  expect(mayLoad(`${dev}/src/main.ts`, dev, dev)).toBe(true)
  expect(mayLoad('ws://127.0.0.1:5173/', dev, dev)).toBe(true)
  expect(mayLoad('http://127.0.0.1:5173.attacker.example/', dev, dev)).toBe(false)
})

test.each([
  ['data:image/png;base64,iVBORw0KGgo=', true],
  ['blob:app://crossreel/0f1e', true],
  ['blob:https://attacker.example/0f1e', false],
  ['blob:app://crossreel.attacker.example/0f1e', false],
  ['data:application/x-msdownload;base64,TVqQ', false],
  ['app://crossreel/assets/index.js', false],
  ['https://example.com/a.exe', false],
])('a download of %s is let through: %s', (url, may) => {
  expect(maySave(url, 'app://crossreel')).toBe(may)
})

test('only the main frame of our window, showing our page, is listened to', () => {
  const mainFrame = { url: 'app://crossreel/#/data' }
  const webContents = { mainFrame }
  const check = (sender: object, senderFrame: object | null): boolean =>
    isOurPage(
      { sender, senderFrame } as Parameters<typeof isOurPage>[0],
      { webContents } as Parameters<typeof isOurPage>[1],
      'app://crossreel',
    )
  expect(check(webContents, mainFrame)).toBe(true)
  expect(check(webContents, null)).toBe(false)
  expect(check(webContents, { url: 'app://crossreel/' })).toBe(false)
  expect(check({ mainFrame }, mainFrame)).toBe(false)
  mainFrame.url = 'https://attacker.example/'
  expect(check(webContents, mainFrame)).toBe(false)
})
