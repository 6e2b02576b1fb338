// What the reader makes ahead: in order, between questions, of one data set at a time, and never so that a failure shows before it is asked for.
import { expect, test, vi } from 'vitest'
import type { Shelf } from '../../../src-main/jobs/reader-shelf.ts'
import { Warming } from '../../../src-main/jobs/reader-warming.ts'

/** A shelf that says what is asked of it. @param failing a data set that cannot be read */
function recording(failing = ''): { shelf: Shelf; asked: string[] } {
  const asked: string[] = []
  const dataset = { searchMovies: () => void asked.push('titles'), movies: () => ({ genreNames: [], catalogue: null }) }
  const shelf = {
    usersByRatings: (id: string) => {
      asked.push(`users of ${id}`)
      if (id === failing) throw new Error('The file is damaged.')
    },
    open: () => ({ dataset }),
    domainSummary: (id: string, spec: unknown, turns: { turn(): Promise<void> }) =>
      turns.turn().then(() => void asked.push(`domains of ${id}: ${JSON.stringify(spec)}`)),
  }
  return { shelf: shelf as unknown as Shelf, asked } // what warming uses of it
}

const whole = ['users of a', 'titles', 'domains of a: {"kind":"single"}']

test('users, titles and domains are made ahead, once, and not before what was asked has been answered', async () => {
  const { shelf, asked } = recording()
  const warming = new Warming(shelf)
  warming.begin('a')
  warming.begin('a')
  expect(asked).toEqual([])
  await vi.waitFor(() => expect(asked).toEqual(whole))
  warming.begin('a')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(asked).toEqual(whole)
})

test('another data set ends the first one’s, and so does the end of its own', async () => {
  const { shelf, asked } = recording()
  const warming = new Warming(shelf)
  warming.begin('b')
  warming.begin('a')
  await vi.waitFor(() => expect(asked).toEqual(whole))
  warming.begin('b')
  warming.end('a')
  warming.end('b')
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(asked).toEqual(whole)
})

test('what cannot be made is left to whoever asks for it', async () => {
  const { shelf, asked } = recording('b')
  const warming = new Warming(shelf)
  warming.begin('b')
  await vi.waitFor(() => expect(asked).toEqual(['users of b']))
  warming.begin('a')
  await vi.waitFor(() => expect(asked).toEqual(['users of b', ...whole]))
})
