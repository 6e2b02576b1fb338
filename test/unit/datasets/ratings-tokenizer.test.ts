import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  RatingsTokenizer,
  type Separator,
  whyNotARating,
} from '../../../src-main/datasets/importing/ratings-tokenizer.ts'

interface Read {
  rows: [number, number, number, number][]
  bad: [number, string][]
  blank: number[]
  header: string | null
}

/** Tokenises `text` in pieces that end at `cuts`. */
function read(text: string, separator: Separator = ',', withHeader = false, cuts: number[] = []): Read {
  const out: Read = { rows: [], bad: [], blank: [], header: null }
  const tokenizer = new RatingsTokenizer({
    separator,
    onHeader: withHeader ? (line) => (out.header = line) : null,
    onBatch: (b) => {
      for (let i = 0; i < b.n; i++) out.rows.push([b.user[i]!, b.movie[i]!, b.rating2[i]! / 2, b.time[i]!])
    },
    onBad: (line, bad) => out.bad.push([line, bad]),
    onBlank: (line) => out.blank.push(line),
  })
  const bytes = Buffer.from(text)
  let at = 0
  for (const cut of [...cuts.map((c) => Math.min(c, bytes.length)).sort((a, b) => a - b), bytes.length]) {
    tokenizer.push(bytes.subarray(at, cut))
    at = cut
  }
  tokenizer.end()
  return out
}

test.each<[string, string, Separator, [number, number, number, number][]]>([
  ['comma', '1,2,3.5,964982703\n', ',', [[1, 2, 3.5, 964982703]]],
  ['tab', '196\t242\t3\t881250949\n', '\t', [[196, 242, 3, 881250949]]],
  ['double colon', '1::122::5::838985046\n1::185::4.5::838983525\n', '::', [[1, 122, 5, 838985046], [1, 185, 4.5, 838983525]]], // prettier-ignore
  ['CRLF', '1,2,3.0,4\r\n5,6,0.5,8\r\n', ',', [[1, 2, 3, 4], [5, 6, 0.5, 8]]], // prettier-ignore
  ['no final line end', '1,2,3.0,4\n5,6,5,8', ',', [[1, 2, 3, 4], [5, 6, 5, 8]]], // prettier-ignore
  ['zeros after the half', '1,2,3.500,4\n', ',', [[1, 2, 3.5, 4]]],
  ['largest values', '4294967295,4294967295,5.0,4294967295\n', ',', [[4294967295, 4294967295, 5, 4294967295]]],
  ['nothing', '', ',', []],
])('reads %s', (_, text, separator, rows) => {
  const got = read(text, separator)
  expect(got.rows).toEqual(rows)
  expect(got.bad).toEqual([])
})

test.each([
  ['1,2,11,4', 'rating outside 0.5 to 5'],
  ['1,2,0,4', 'rating outside 0.5 to 5'],
  ['1,2,-3,4', 'rating outside 0.5 to 5'],
  ['1,2,5.5,4', 'rating outside 0.5 to 5'],
  ['1,2,3.7,4', 'rating is not a half star'],
  ['1,2,3.55,4', 'rating is not a half star'],
  ['1,2,good,4', 'wrong type: the rating is not a number'],
  ['one,2,3,4', 'wrong type: the user id is not a whole number'],
  ['1,2.5,3,4', 'wrong type: the movie id is not a whole number'],
  ['1,2,3,yesterday', 'wrong type: the timestamp is not a whole number of seconds'],
  ['1,2,3,1234567890123', 'timestamp outside 1970 to 2106: not seconds since 1970'],
  ['4294967296,2,3,4', 'id above 4,294,967,295'],
  ['1,2,3', 'broken line: not the four columns user, movie, rating, timestamp'],
  ['1,2,3,4,5', 'broken line: not the four columns user, movie, rating, timestamp'],
  ['1;2;3;4', 'broken line: not the four columns user, movie, rating, timestamp'],
])('turns down %s', (line, reason) => {
  const got = read(`1,1,1,1\n${line}\n2,2,2,2\n`)
  expect(got.rows).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ])
  expect(got.bad).toEqual([[2, line]])
  expect(whyNotARating(line, ',')).toBe(reason)
})

test('hands over the header, counts blank lines and numbers bad ones', () => {
  const got = read('userId,movieId,rating,timestamp\r\n1,2,3,4\n\n\r\nx\n5,6,1,8\n', ',', true)
  expect(got.header).toBe('userId,movieId,rating,timestamp\r')
  expect(got.blank).toEqual([3, 4])
  expect(got.bad).toEqual([[5, 'x']])
  expect(got.rows).toHaveLength(2)
})

test('a file without line ends is turned down in pieces, not kept in memory', () => {
  const got = read('1'.repeat(3_000_000), ',', false, [1_000_000, 2_000_000])
  expect(got.rows).toEqual([])
  expect(got.bad.length).toBeGreaterThan(0)
})

test('whatever the pieces, the rows are those that were written', () => {
  const id = fc.integer({ min: 0, max: 0xffffffff })
  const row = fc.tuple(id, id, fc.integer({ min: 1, max: 10 }).map((n) => n / 2), id) // prettier-ignore
  const separators = fc.constantFrom<Separator>(',', '\t', '::')
  fc.assert(
    fc.property(
      fc.array(row, { maxLength: 30 }),
      separators,
      fc.boolean(),
      fc.array(fc.nat(600)),
      (rows, sep, crlf, cuts) => {
        const text = rows.map((r) => r.join(sep) + (crlf ? '\r\n' : '\n')).join('')
        const got = read(text, sep, false, cuts)
        expect(got.rows).toEqual(rows)
        expect(got.bad).toEqual([])
      },
    ),
  )
})

test('any line is either a row or explained, and nothing gets lost', () => {
  const alphabet = fc.constantFrom('0', '1', '5', '9', '.', ',', '-', 'x', ' ', '\r')
  const line = fc.array(alphabet, { maxLength: 14 }).map((c) => c.join(''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const got = read(lines.map((l) => l + '\n').join(''))
      expect(got.rows.length + got.bad.length + got.blank.length).toBe(lines.length)
      for (const [number, text] of got.bad) {
        expect(text).toBe(lines[number - 1])
        expect(whyNotARating(text, ',')).not.toBe('')
      }
    }),
    { numRuns: 300 },
  )
})
