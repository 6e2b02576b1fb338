import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceFile } from '../../../src-main/datasets/sources/source.ts'
import {
  readTable,
  type TableFormat,
  TableParser,
  type TableRow,
} from '../../../src-main/datasets/tables/text-table.ts'

const csv = { separator: ',', quoted: true } as const

function parsed(
  text: string,
  format: Pick<TableFormat, 'separator' | 'quoted'> = csv,
  cuts: number[] = [],
): TableRow[] {
  const parser = new TableParser(format)
  const rows: TableRow[] = []
  let at = 0
  for (const cut of cuts.map((c) => Math.min(c, text.length)).sort((a, b) => a - b)) {
    rows.push(...parser.feed(text.slice(at, cut), false))
    at = cut
  }
  rows.push(...parser.feed(text.slice(at), true))
  return rows
}
const fields = (rows: TableRow[]): (string[] | null)[] => rows.map((row) => row.fields)

test.each<[string, string, string[][]]>([
  ['plain fields', 'a,b\nc,d\n', [['a', 'b'], ['c', 'd']]], // prettier-ignore
  ['CRLF and no final line end', 'a,b\r\nc,d', [['a', 'b'], ['c', 'd']]], // prettier-ignore
  ['quoted separators and line ends', '"a,b","c\nd"\ne,f\n', [['a,b', 'c\nd'], ['e', 'f']]], // prettier-ignore
  ['doubled quotes', '"say ""hi""",x\n', [['say "hi"', 'x']]],
  ['quotes inside a plain field', '5" disk,x\n', [['5" disk', 'x']]],
  ['empty fields', ',\n"",x,\n', [['', ''], ['', 'x', '']]], // prettier-ignore
  ['blank lines', 'a,b\n\n\r\nc,d\n', [['a', 'b'], ['c', 'd']]], // prettier-ignore
])('reads %s', (_, text, rows) => {
  expect(fields(parsed(text))).toEqual(rows)
})

test('a title that begins with a quote is plain text where there is no quoting', () => {
  const rows = parsed('1::"Great Performances" Cats (1998)::Musical\n2::B::C\n', { separator: '::', quoted: false })
  expect(fields(rows)).toEqual([
    ['1', '"Great Performances" Cats (1998)', 'Musical'],
    ['2', 'B', 'C'],
  ])
})

test('line numbers count the lines inside quoted fields', () => {
  const rows = parsed('a,"1\n2\n3"\nb,4\n\nc,5\n')
  expect(rows.map((row) => row.line)).toEqual([1, 4, 6])
})

test('a stray quote costs its own line, not the rest', () => {
  const rows = parsed('a,1\n"b" or not,2\n"c,3\nd,4\n')
  expect(rows).toEqual([
    { line: 1, fields: ['a', '1'], broken: null },
    { line: 2, fields: null, broken: 'broken line: text after a closing quote', text: '"b" or not,2\n' },
    { line: 3, fields: null, broken: 'broken line: a quote is opened and never closed', text: '"c,3\n' },
    { line: 4, fields: ['d', '4'], broken: null },
  ])
})

test('an unclosed quote far from the end is given up after 256 K characters', () => {
  const parser = new TableParser(csv)
  const rows = parser.feed(`"open,1\n${'x,y\n'.repeat(80_000)}`, false)
  expect(rows[0]?.broken).toBe('broken line: a quote is opened and never closed')
  expect(rows).toHaveLength(80_001)
})

test('same as csv-parse on any table, whatever the pieces', () => {
  const alphabet = fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '😀', '1')
  const field = fc.array(alphabet, { maxLength: 6 }).map((c) => c.join(''))
  const table = fc.integer({ min: 2, max: 4 }).chain((width) => {
    const row = fc.array(field, { minLength: width, maxLength: width })
    return fc.array(row, { maxLength: 8 })
  })
  const quote = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  fc.assert(
    fc.property(table, fc.boolean(), fc.array(fc.nat(120)), (rows, crlf, cuts) => {
      const text = rows.map((row) => row.map(quote).join(',') + (crlf ? '\r\n' : '\n')).join('')
      const oracle: string[][] = parse(text, { record_delimiter: crlf ? '\r\n' : '\n' })
      expect(fields(parsed(text, csv, cuts))).toEqual(oracle)
      expect(oracle).toEqual(rows)
    }),
    { numRuns: 300 },
  )
})

async function decoded(bytes: Buffer, pieces: number, encoding: TableFormat['encoding']): Promise<string[][]> {
  const file: SourceFile = {
    name: 'x',
    folder: '',
    bytes: bytes.length,
    async *read() {
      for (let at = 0; at < bytes.length; at += pieces) yield Promise.resolve(bytes.subarray(at, at + pieces))
    },
  }
  const rows: string[][] = []
  for await (const batch of readTable(file, { ...csv, encoding })) for (const row of batch) rows.push(row.fields ?? [])
  return rows
}

test('UTF-8 letters may be cut between two pieces, and a byte-order mark is no text', async () => {
  expect(await decoded(Buffer.from('\uFEFFid,títle 😀\n'), 3, 'utf-8')).toEqual([['id', 'títle 😀']])
})

test('Latin-1 is detected where it may occur', async () => {
  expect(await decoded(Buffer.from('1,Cité (1995)\n', 'latin1'), 1000, 'detect')).toEqual([['1', 'Cité (1995)']])
  expect(await decoded(Buffer.from('1,Cité (1995)\n'), 1000, 'detect')).toEqual([['1', 'Cité (1995)']])
})

test('a few bytes that are not UTF-8 do not cost the other letters', async () => {
  const mixed = Buffer.concat([Buffer.from('1,Élan été\n'), Buffer.from('2,Caf\xe9\n', 'latin1')])
  expect(await decoded(mixed, 1000, 'utf-8')).toEqual([['1', 'Élan été'], ['2', 'Caf\uFFFD']]) // prettier-ignore
})

test('an endless line is one broken line, however it is cut, and reading goes on behind it', () => {
  const text = `a,b\n${'x'.repeat(600_000)}\nc,d\n`
  for (const cuts of [[], [100_000, 200_000, 300_000, 400_000, 500_000, 600_003]]) {
    const rows = parsed(text, csv, cuts)
    expect(rows.map(({ line, broken }) => [line, broken])).toEqual([
      [1, null],
      [2, 'broken line: it does not end'],
      [3, null],
    ])
  }
})

test.each([
  ['a,\0', 'broken line: it holds a NUL byte'],
  ['a,b\rc,d', 'broken line: a carriage return inside the line'],
  [','.repeat(1000), 'broken line: more than 1000 columns'],
  [`"x"${','.repeat(1000)}`, 'broken line: more than 1000 columns'],
])('turns down %#', (line, reason) => {
  expect(parsed(`a,b\n${line}\nc,d\n`).map(({ broken }) => broken)).toEqual([null, reason, null])
})

test('hostile megabytes take time in proportion', () => {
  const hostile = ['"a"b\n', '"', '""', ',', '"\n', 'x"\n', '"x', '\r', ',"', '"",'].map((piece) =>
    piece.repeat(Math.ceil(2 ** 20 / piece.length)),
  )
  for (const text of hostile) {
    const start = performance.now()
    const parser = new TableParser(csv)
    for (let at = 0; at <= text.length; at += 2 ** 18) parser.feed(text.slice(at, at + 2 ** 18), false)
    parser.feed('', true)
    expect(performance.now() - start).toBeLessThan(5000) // linear ones take milliseconds, quadratic ones minutes
  }
})
