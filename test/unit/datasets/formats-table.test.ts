/** Tables of no known release: what is suggested for them, and what their cells mean. */
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openFormat } from '../../../src-main/datasets/formats/index.ts'
import { previewTable } from '../../../src-main/datasets/formats/table.ts'
import { decimal, halfStars, IdNumbers, timeOf } from '../../../src-main/datasets/formats/table-values.ts'
import { Findings } from '../../../src-main/datasets/importing/findings.ts'
import { openSource } from '../../../src-main/datasets/sources/source.ts'
import { Pacer } from '../../../src-main/learning/pacer.ts'
import type { ColumnRole, TableMapping, TablePreview } from '../../../src-preload/contract.ts'
import { type Files, inTempFolder, release, writeFiles } from './files.ts'

async function previewOf(files: Files, mapping: TableMapping | null = null): Promise<TablePreview | null> {
  return inTempFolder(async (folder) => {
    const [name = '', second] = Object.keys(files)
    const source = await openSource(
      second === undefined ? join(writeFiles(folder, files), name) : writeFiles(folder, files),
    )
    try {
      return await previewTable(source, mapping)
    } finally {
      source.close()
    }
  })
}

type Row = [what: string, text: string, separator: string, header: boolean, columns: string, highest: number]
const rows: Row[] = [
  ['MovieLens with a header', 'userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,32,5,1260759145\n', ',', true, 'user item rating timestamp', 5], // prettier-ignore
  ['columns in another order', 'movieId;stars;when;customer\n10;4;1260759144;7\n11;3;1260759145;7\n', ';', true, 'item rating timestamp user', 5], // prettier-ignore
  ['u1.base, without a header', '1\t1\t5\t874965758\n1\t2\t3\t876893171\n2\t3\t4\t878542960\n', '\t', false, 'user item rating timestamp', 5], // prettier-ignore
  ['double colons', '1::1193::5::978300760\n1::661::3::978302109\n', '::', false, 'user item rating timestamp', 5],
  ['no times', 'u1|i1|7\nu2|i2|10\nu2|i1|1\n', '|', false, 'user item rating', 10],
  ['dates, a title and genres', 'title\tcategories\tid\tscore\tdate\tplayer\nPortal\tPuzzle\t1\t95\t2011-04-05\tann\n', '\t', true, 'title genres item rating timestamp user', 100], // prettier-ignore
  ['a title that stands for the item', 'player,title,score\nann,Portal,95\n', ',', true, 'user item rating', 100],
  ['quoted reviews', 'reviewerID,asin,reviewText,overall,unixReviewTime\nA1,B0,"so, so",5.0,1400000000\nA2,B0,"ok\n",3.0,1400000100\n', ',', true, 'user item ignored rating timestamp', 5], // prettier-ignore
  ['milliseconds', 'a,b,c,d\n1,2,3,1260759144000\n1,3,4,1260759145000\n', ',', true, 'user item rating timestamp', 5],
]
test.each(rows)('suggests columns for %s', async (_, text, separator, header, columns, highest) => {
  const preview = await previewOf({ 't.txt': text })
  expect(preview?.suggested).toEqual({ separator, header, columns: columns.split(' '), highest })
  expect(preview?.file).toBe('t.txt')
})

test('shows names and twenty rows as they stand in the file', async () => {
  const lines = Array.from({ length: 50 }, (_, i) => `${i},"a, ""b""",${i % 5}.5,${'x'.repeat(300)}`)
  const preview = await previewOf({ 't.csv': ['user,item,,text', ...lines].join('\r\n') })
  expect(preview?.names).toEqual(['user', 'item', 'Column 3', 'text'])
  expect(preview?.rows).toHaveLength(20)
  expect(preview?.rows[3]).toEqual(['3', 'a, "b"', '3.5', `${'x'.repeat(200)}…`])
})

test('shows how another mapping would read it; one that does not fit is suggested anew', async () => {
  const files = { 't.csv': 'a;b;c,d\n1;2;3,4\n' }
  const columns: ColumnRole[] = ['item', 'user', 'rating']
  const mapping: TableMapping = { separator: ';', header: false, columns, highest: 7 }
  expect(await previewOf(files, mapping)).toMatchObject({ suggested: mapping, rows: [['a', 'b', 'c,d'], ['1', '2', '3,4']] }) // prettier-ignore
  const four = await previewOf(files, { ...mapping, columns: [...columns, 'ignored'] })
  expect(four?.suggested).toMatchObject({ separator: ';', header: true, columns: ['user', 'item', 'rating'] })
  expect(await previewOf(files, { ...mapping, separator: '|' })).toBeNull()
})

const table = 'user,item,rating\n1,2,3\n'
test.each<[string, Files, boolean]>([
  ['a MovieLens release', release(), false],
  ['a release without its movies', release({}, ['movies.csv']), true],
  ['ratings.csv of a release alone', { 'ratings.csv': String(release()['ratings.csv']) }, true],
  ['two columns', { 'a.csv': 'a,b\n1,2\n' }, false],
  ['prose', { 'a.txt': 'Dear all,\nthis is, as you know,\na letter.\n' }, false],
  ['text without a number', { 'a.csv': 'a,b,c\nx,y,z\n' }, false],
  ['nothing', { 'a.csv': '' }, false],
  ['one table among other things', { 'a.csv': table, 'readme.txt': 'x', 'p.jpg': 'x', '__MACOSX/._a.csv': 'x' }, true],
  ['several tables, one of them called after ratings', { 'a.csv': table, 'book_ratings.csv': table }, true],
  ['several tables', { 'a.csv': table, 'b.csv': table }, false],
])('%s is a table: %#', async (_, files, isTable) => {
  expect((await previewOf(files)) !== null).toBe(isTable)
})

test('whatever a table holds, a suggestion for it can be previewed and opened', async () => {
  const cell = fc.oneof(
    fc.constantFrom('', '1', '2', '4.5', '1000000000', '"', '""', 'a', 'é', '2001-02-03', '-1', 'NaN'),
    fc.string({ maxLength: 5 }),
  )
  const separator = fc.constantFrom(',', '\t', ';', '|', '::')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(cell, { maxLength: 6 }), { maxLength: 8 }),
      separator,
      async (cells, between) => {
        const bytes = Buffer.from(cells.map((row) => row.join(between)).join('\n'))
        const file = {
          name: 't.csv',
          folder: '',
          bytes: bytes.length,
          async *read() {
            yield Promise.resolve(bytes)
          },
        }
        const source = { path: '/t.csv', kind: 'file', name: 't.csv', files: [file], close: () => undefined } as const
        const preview = await previewTable({ ...source, files: [file] }, null)
        if (!preview) return
        const again = await previewTable({ ...source, files: [file] }, preview.suggested)
        expect(again).toEqual(preview)
        for (const row of preview.rows) expect(row).toHaveLength(preview.suggested.columns.length)
        expect(openFormat({ ...source, files: [file] }, preview.suggested).ratings.rows).toBeDefined()
      },
    ),
    { numRuns: 300 },
  )
})

test('ids: whole numbers stay, texts are numbered, and no two ids become one', () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 + 4 }), fc.constantFrom('a', 'b', '007', '-1', '4294967295', '1.0')) // prettier-ignore
  fc.assert(
    fc.property(fc.array(id.map(String)), (texts) => {
      const numbers = new IdNumbers()
      const given = new Map<string, number>()
      for (const text of texts) {
        const { id: number } = numbers.of(text)
        expect(given.get(text) ?? number).toBe(number)
        given.set(text, number)
        expect(Number.isInteger(number) && number >= 0 && number <= 0xfffffffe).toBe(true)
      }
      expect(new Set(given.values()).size).toBe(given.size)
    }),
  )
  const names = new IdNumbers()
  expect(['b', 'a', 'b', '1'].map((text) => names.of(text).id)).toEqual([1, 2, 1, 3])
  const numbers = new IdNumbers()
  expect(['7', '0', '4294967294'].map((text) => numbers.of(text).id)).toEqual([7, 0, 4294967294])
})

test.each<[string, number | null]>([
  ['5', 5],
  ['4.50', 4.5],
  ['4,5', 4.5],
  ['.5', 0.5],
  ['3.', 3],
  ['-2', -2],
  ['+1', 1],
  ['1e3', null],
  ['0x10', null],
  ['NaN', null],
  ['', null],
  [' ', null],
  ['1 2', null],
  ['Infinity', null],
  ['1_000', null],
])('the number %j', (text, value) => {
  expect(decimal(text)).toBe(value)
})

test('ratings of any scale become half stars, never less than one', () => {
  expect(halfStars('10', 10)).toMatchObject({ rating2: 10, rounded: false })
  expect(halfStars('7', 10)).toMatchObject({ rating2: 7, rounded: false })
  expect(halfStars('3.7', 5)).toMatchObject({ rating2: 7, rounded: true })
  expect(halfStars('1', 100)).toMatchObject({ rating2: 1, rounded: true })
  expect(halfStars('100.5', 100)).toMatchObject({ broken: 'rating outside the scale: above 0 up to 100' })
})

test.each<[string, number]>([
  ['1000000000', 1e9],
  ['1000000000.9', 1e9],
  ['1000000000000', 1e9],
  ['2001-09-09', 999993600],
  ['2001-09-09T01:46:40Z', 1e9],
  ['2001-09-09 01:46:40', 1e9],
  ['2001-09-09T03:46:40+02:00', 1e9],
  ['2001-09-09 01:46:40.5 UTC', 1e9],
  ['0', 0],
])('the time %s', (text, seconds) => {
  expect(timeOf(text)).toMatchObject({ seconds, broken: null })
})

test('rows keep the lines they came from, whatever lies between them', async () => {
  const text = 'u,i,r\n\n1,1,4\n"a\nb",1,3\nbroken\n2,1,5\n'
  await inTempFolder(async (folder) => {
    const source = await openSource(join(writeFiles(folder, { 't.csv': text.padEnd(text.length) }), 't.csv'))
    const columns: ColumnRole[] = ['user', 'item', 'rating']
    const { ratings } = openFormat(source, { separator: ',', header: true, columns, highest: 5 })
    const reading = {
      findings: new Findings(),
      pacer: new Pacer(new AbortController().signal),
      onBytes: () => undefined,
    }
    const skipped: [number, boolean][] = []
    const read = async (): Promise<void> => {
      for await (const batch of ratings.rows?.batches(reading, (line, broken) => skipped.push([line, broken])) ?? []) expect(batch.n).toBe(3) // prettier-ignore
    }
    await expect(read()).rejects.toThrow('t.csv is refused: 1 of its 4 lines cannot be used. The first is line 6')
    expect(skipped).toEqual([[1, false], [2, false], [5, false], [6, true]]) // prettier-ignore
    expect(ratings.rows?.movies()).toEqual([{ movieId: 1, title: 'Movie 1', genres: [], line: 3 }])
    source.close()
  })
})
