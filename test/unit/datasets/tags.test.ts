import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Findings } from '../../../src-main/datasets/importing/findings.ts'
import { parseTag } from '../../../src-main/datasets/formats/format.ts'
import { IdIndex } from '../../../src-main/datasets/importing/id-index.ts'
import { LineNumbers } from '../../../src-main/datasets/tables/line-numbers.ts'
import { countingSort } from '../../../src-main/datasets/importing/counting-sort.ts'
import { readTextFile } from '../../../src-main/datasets/tables/table-reader.ts'
import { TagTokenizer } from '../../../src-main/datasets/importing/tag-tokenizer.ts'
import { TextInterner } from '../../../src-main/datasets/tables/text-interner.ts'
import type { TableFormat } from '../../../src-main/datasets/tables/text-table.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import { noTurns } from '../../../src-main/workspace/staged-database.ts'

type Tag = [user: number, movieId: number, time: number, text: string, line: number]
const csv: TableFormat = { separator: ',', quoted: true, encoding: 'utf-8' }
const dat: TableFormat = { separator: '::', quoted: false, encoding: 'detect' }

/** Null where the tokenizer leaves the file to the other reader. */
function quick(text: string, table: TableFormat, cut: number): Tag[] | null {
  const bytes = Buffer.from(text)
  const tokenizer = new TagTokenizer(table, 100, null)
  if (!tokenizer.push(bytes.subarray(0, cut)) || !tokenizer.push(bytes.subarray(cut)) || !tokenizer.end()) return null
  const { rows } = tokenizer
  const texts = tokenizer.texts()
  const [user, movieId, time, id] = [rows.user.values(), rows.movieId.values(), rows.time.values(), rows.text.values()]
  return Array.from(user, (u, i) => [u, movieId[i]!, time[i]!, texts[id[i]!]!, rows.lines.lineOf(i)])
}

async function slow(text: string, table: TableFormat): Promise<{ tags: Tag[]; findings: number }> {
  const tags: Tag[] = []
  const findings = new Findings()
  const file = {
    name: 'tags.csv',
    folder: '',
    bytes: 0,
    async *read() {
      yield await Promise.resolve(Buffer.from(text))
    },
  }
  const reading = { findings, pacer: new Pacer(new AbortController().signal), onBytes: () => undefined }
  await readTextFile({ file, table, header: null, parse: parseTag }, reading, (tag, line) =>
    tags.push([tag.user, tag.movieId, tag.time, tag.text, line]),
  )
  return { tags, findings: findings.list().length }
}

test('the tokenizer reads what the table reader reads, or leaves it to it', async () => {
  const words = fc.oneof(
    fc.constantFrom(
      'funny',
      '"dark, slow"',
      '"say ""no"""',
      ' x ',
      '',
      '""',
      'été',
      'a"b',
      'a:b',
      '"',
      '"a\nb"',
      '日本',
      'a,b',
      '"x"y',
    ),
    fc.string({ maxLength: 6 }),
  )
  const number = fc.oneof(fc.nat(9999).map(String), fc.constantFrom('4294967295', '4294967296', '007', '', '-1', '"5"'))
  const good = fc.tuple(
    fc.nat(99).map(String),
    fc.nat(99).map(String),
    fc.constantFrom('a', '"b, c"', 'ä'),
    fc.nat(99).map(String),
  )
  const line = fc.oneof(
    { weight: 4, arbitrary: good },
    { weight: 1, arbitrary: fc.tuple(number, number, words, number) },
  )
  let plain = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 12 }),
      fc.constantFrom(csv, dat),
      fc.constantFrom('\n', '\r\n', '\n\n'),
      fc.nat(200),
      async (lines, table, end, cut) => {
        const text = lines.map((fields) => fields.join(table.separator)).join(end)
        const tags = quick(text, table, cut)
        if (tags === null) return
        plain++
        expect(await slow(text, table)).toEqual({ tags, findings: 0 })
      },
    ),
    { numRuns: 400 },
  )
  expect(plain).toBeGreaterThan(100)
})

test.each([
  ['a number too large', '1,4294967296,x,1\n'],
  ['Latin-1', Buffer.from('1,2,\xe9t\xe9,1\n', 'latin1')],
  ['a quote over two lines', '1,2,"a\nb",1\n'],
  ['a line of a megabyte', `1,2,${'x'.repeat(1 << 20)}`],
])('the tokenizer leaves %s to the other reader', (_, content) => {
  const tokenizer = new TagTokenizer(csv, 100, null)
  expect(tokenizer.push(Buffer.from(content)) && tokenizer.end()).toBe(false)
})

test('equal texts have one number, others another, whatever they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 4 }), { maxLength: 3000 }), (texts) => {
      const interner = new TextInterner()
      const ids = texts.map((text) => {
        const bytes = Buffer.from(`<${text}>`)
        return interner.intern(bytes, 1, bytes.length - 1)
      })
      const all = interner.texts()
      expect(ids.map((id) => all[id])).toEqual(texts.map((text) => Buffer.from(text).toString()))
      expect(all).toHaveLength(new Set(texts.map((text) => Buffer.from(text).toString())).size)
    }),
    { numRuns: 30 },
  )
})

test('lines of rows are those left between the skipped ones', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 60 }), (isRow) => {
      const lines = new LineNumbers()
      const rows: number[] = []
      isRow.forEach((row, i) => (row ? rows.push(i + 1) : lines.skip(i + 1)))
      expect(rows.map((_, row) => lines.lineOf(row))).toEqual(rows)
    }),
  )
})

test('two counting sorts sort by two keys and keep the order of equals', async () => {
  const pairs = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 200 })
  await fc.assert(
    fc.asyncProperty(pairs, async (rows) => {
      const minor = await countingSort(
        Uint32Array.from(rows, (r) => r[1]),
        10,
        null,
        noTurns,
      )
      const order = await countingSort(
        Uint32Array.from(rows, (r) => r[0]),
        10,
        minor,
        noTurns,
      )
      const expected = rows
        .map((_, i) => i)
        .sort((a, b) => rows[a]![0] - rows[b]![0] || rows[a]![1] - rows[b]![1] || a - b)
      expect([...order]).toEqual(expected)
    }),
  )
})

test('ids of any size have their place, and new ones the next', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 0xffffffff })), fc.nat(50), (ids, listed) => {
      const index = new IdIndex(Uint32Array.from(ids.slice(0, listed)))
      for (const id of ids.slice(listed)) index.add(id)
      expect(ids.map((id) => index.get(id))).toEqual(ids.map((_, i) => i))
      expect([...index.ids]).toEqual(ids)
    }),
  )
})
