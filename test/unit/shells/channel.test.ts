// The page's end and the workbench's end of the one channel, joined by a wire that can be cut.
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { createClient } from '../../../src-preload/client.ts'
import type { Job, Picked } from '../../../src-preload/contract.ts'
import { createServer } from '../../../src-preload/server.ts'
import { readFromPage, readToPage } from '../../../src-preload/wire.ts'

const job = { id: 'job-1', label: 'Import' } as Job

function joined(call: (name: string, argument: unknown) => Promise<unknown>) {
  const server = createServer({ call, keepDropped: async (path): Promise<Picked> => ({ token: 'kept', name: path }) })
  const client = createClient()
  // as JSON, as the WebSocket has it
  const page = server.connect({ send: (message) => client.receive(JSON.parse(JSON.stringify(message))) })
  const channel = { send: (message: unknown) => page.receive(JSON.parse(JSON.stringify(message))) }
  return { server, client, page, channel }
}

test('a call made before the channel is there waits for it', async () => {
  const { client, channel } = joined(async (name, argument) => ({ name, argument }))
  const answer = client.call('datasets.list', {})
  client.attach(channel)
  expect(await answer).toEqual({ name: 'datasets.list', argument: {} })
})

test('each reply settles its own call, in whatever order they come', async () => {
  const open: ((value: unknown) => void)[] = []
  const { client, channel } = joined(() => new Promise((resolve) => open.push(resolve)))
  client.attach(channel)
  const answers = [client.call('jobs.list', {}), client.call('datasets.list', {})]
  open[1]?.('second')
  open[0]?.('first')
  expect(await Promise.all(answers)).toEqual(['first', 'second'])
})

test('a refusal arrives as its sentence', async () => {
  const { client, channel } = joined(async () => Promise.reject(new Error('There is no data set ds-1.')))
  client.attach(channel)
  await expect(client.call('datasets.report', { datasetId: 'ds-1' })).rejects.toThrow('There is no data set ds-1.')
})

test('when the channel closes, what is pending and what follows is rejected with the reason, until there is another', async () => {
  const { client, channel } = joined((name) => (name === 'jobs.list' ? new Promise(() => {}) : Promise.resolve('here')))
  client.attach(channel)
  const pending = client.call('jobs.list', {})
  client.detach('The workbench is not running.')
  await expect(pending).rejects.toThrow('The workbench is not running.')
  await expect(client.call('settings.get', {})).rejects.toThrow('The workbench is not running.')
  client.attach(channel)
  expect(await client.call('settings.get', {})).toBe('here')
})

test('a channel that cannot send rejects the call', async () => {
  const client = createClient()
  client.attach({
    send: () => {
      throw new Error('could not be cloned')
    },
  })
  await expect(client.call('jobs.list', {})).rejects.toThrow('could not be cloned')
})

test('events reach every listener until it is taken off, in order with the replies', async () => {
  const seen: string[] = []
  const { server, client, channel } = joined(async () => {
    server.broadcast('job.changed', job)
    return 'reply'
  })
  client.attach(channel)
  const off = client.on('job.changed', ({ label }) => seen.push(`one ${label}`))
  client.on('job.changed', () => seen.push('two'))
  await client.call('jobs.list', {}).then(() => seen.push('reply'))
  off()
  server.broadcast('job.changed', job)
  expect(seen).toEqual(['one Import', 'two', 'reply', 'two'])
})

test('an unknown event, a reply to nobody and what is no message are ignored', () => {
  const client = createClient()
  const listener = vi.fn()
  client.on('job.changed', listener)
  for (const message of [
    { event: 'job.exploded', payload: 1 },
    { event: '__proto__' },
    { id: 99, result: 1 },
    null,
    3,
    'x',
    [],
  ])
    client.receive(message)
  expect(listener).not.toHaveBeenCalled()
})

test('a page that has gone gets neither replies nor events', async () => {
  let finish: (value: unknown) => void = () => {}
  const { server, client, page, channel } = joined(() => new Promise((resolve) => (finish = resolve)))
  const receive = vi.spyOn(client, 'receive')
  client.attach(channel)
  void client.call('jobs.list', {})
  page.close()
  finish('late')
  server.broadcast('job.changed', job)
  await Promise.resolve()
  expect(receive).not.toHaveBeenCalled()
  expect(server.pages).toBe(0)
})

test('a path comes in only where main takes drops', async () => {
  const { client, channel } = joined(async () => null)
  client.attach(channel)
  expect(await client.dropPath('/data/ml.zip')).toEqual({ token: 'kept', name: '/data/ml.zip' })
  const browser = createServer({ call: async () => null, keepDropped: null })
  const said: unknown[] = []
  browser.connect({ send: (message) => said.push(message) }).receive({ id: 1, drop: '/etc/passwd' })
  await Promise.resolve()
  await Promise.resolve()
  expect(said).toEqual([{ id: 1, error: expect.stringContaining('takes no paths') }])
})

test('no message whatever makes either end throw', () => {
  fc.assert(
    fc.property(fc.anything(), (message) => {
      const read = [readFromPage(message), readToPage(message)]
      expect(read.every((each) => each === null || typeof each === 'object')).toBe(true)
    }),
  )
})
