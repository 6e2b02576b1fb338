/** Tables of no known release. A row = a table and how its columns are named -> what the import makes of it, or the exact refusal. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ColumnRole, TableMapping } from '../../../src-preload/contract.ts'
import { writeFiles } from './files.ts'
import { fileOf, folderOf, type Make, outcomeOf } from './outcome.ts'

const four: ColumnRole[] = ['user', 'item', 'rating', 'timestamp']
const mapped = (change: Partial<TableMapping> = {}): TableMapping => ({
  separator: ',',
  header: true,
  columns: four,
  highest: 5,
  ...change,
})
const lines = (...rows: string[]): Make => fileOf('t.csv', ['u,i,r,t', ...rows, ''].join('\n'))
/** Enough good rows that one other is forgiven. */
const among = (row: string): Make => lines(row, ...Array.from({ length: 30 }, (_, i) => `${i},7,4,1000000000`))
const removed = (reason: string): string => `30 ratings, 1 movies\nremoved t.csv:2 x1: ${reason}`
const text = (what: string, count: number, line = 2): string =>
  `repaired t.csv:${line} x${count}: ${what} id is no whole number below 2^32 - 1: numbered by first appearance` +
  (what === 'item' ? ', its text kept as the title' : '')
const refused = (count: number, first: string, reason: string): string =>
  `t.csv is refused: ${count} of its ${count} lines cannot be used. The first is line 2, "${first}": ${reason}. Check which of its columns is which.`
const noTime = 'wrong type: the timestamp is neither seconds, milliseconds nor an ISO 8601 date'

const rows: [what: string, make: Make, mapping: TableMapping, outcome: string][] = [
  ['plain numbers', lines('1,2,3,4', '1,3,5,4', '2,2,0.5,4'), mapped(), '3 ratings, 2 movies'],
  ['no header', fileOf('t.csv', '1::2::3::4\n'), mapped({ separator: '::', header: false }), '1 ratings, 1 movies'],
  ['tabs in another order', fileOf('t.csv', 'r\tx\ti\tu\n4\t?\t2\t1\n'), mapped({ separator: '\t', columns: ['rating', 'ignored', 'item', 'user'] }), '1 ratings, 1 movies'], // prettier-ignore
  ['names as ids', lines('ann,m-1,4,5', 'bob,m-1,3,5', 'ann,m-2,2,5'), mapped(), ['3 ratings, 2 movies', text('user', 2), text('item', 2)].join('\n')], // prettier-ignore
  ['ids above 32 bits', lines('9007199254740993,2,4,5', '4294967295,2,4,5'), mapped(), ['2 ratings, 1 movies', text('user', 2)].join('\n')], // prettier-ignore
  ['negative ids', lines('-1,2,4,5'), mapped(), ['1 ratings, 1 movies', text('user', 1)].join('\n')],
  ['names among numbers', lines('1,2,4,5', 'x,2,4,5', '2147483648,2,4,5', '1,2147483648,4,5'), mapped(), ['4 ratings, 2 movies', text('user', 2, 3)].join('\n')], // prettier-ignore
  ['ratings to 10', lines('1,2,7,5', '1,3,10,5'), mapped({ highest: 10 }), '2 ratings, 2 movies'],
  ['ratings to 100', lines('1,2,7,5', '1,3,88,5', '1,4,50,5'), mapped({ highest: 100 }), '3 ratings, 3 movies\nrepaired t.csv:2 x2: rating rounded to half stars'], // prettier-ignore
  ['milliseconds', lines('1,2,3,1000000000000'), mapped(), '1 ratings, 1 movies\nrepaired t.csv:2 x1: timestamp in milliseconds: kept as seconds'], // prettier-ignore
  ['dates', lines('1,2,3,2001-02-03', '1,3,3,2001-02-03 04:05:06', '1,4,3,2001-02-03T04:05:06+02:00'), mapped(), '3 ratings, 3 movies\nrepaired t.csv:2 x3: timestamp as a date: kept as seconds, in UTC where it names no zone'], // prettier-ignore
  ['a decimal comma', fileOf('t.csv', 'u;i;r;t\n1;2;4,5;6\n'), mapped({ separator: ';' }), '1 ratings, 1 movies'],
  ['a table in a folder', folderOf({ 'in/ratings.csv': 'u,i,r,t\n1,2,3,4\n', 'about.pdf': 'x' }), mapped(), '1 ratings, 1 movies'], // prettier-ignore
  // rows that are none
  ['a rating of 0', among('1,2,0,5'), mapped(), removed('rating outside the scale: above 0 up to 5')],
  ['a rating above the scale', among('1,2,11,5'), mapped({ highest: 10 }), removed('rating outside the scale: above 0 up to 10')], // prettier-ignore
  ['a negative rating', among('1,2,-3,5'), mapped(), removed('rating outside the scale: above 0 up to 5')],
  ['NaN', among('1,2,NaN,5'), mapped(), removed('wrong type: the rating is not a number')],
  ['scientific notation', among('1,2,1e0,5'), mapped(), removed('wrong type: the rating is not a number')],
  ['a decimal comma between commas', among('1,2,4,5,6'), mapped(), removed('broken line: not the 4 columns of the table')], // prettier-ignore
  ['no user', among(' ,2,4,5'), mapped(), removed('broken line: no user id')],
  ['no item', among('1,,4,5'), mapped(), removed('broken line: no item id')],
  ['a day that is none', among('1,2,4,2001-02-31x'), mapped(), removed(noTime)],
  ['a time before 1970', among('1,2,4,1969-12-31'), mapped(), removed('timestamp outside 1970 to 2106')],
  ['a time after 2106', among('1,2,4,9999999999999999'), mapped(), removed(noTime)],
  ['words for times', among('1,2,4,yesterday'), mapped(), removed(noTime)],
  ['a quote never closed', among('1,"2,4,5'), mapped(), removed('broken line: a quote is opened and never closed')],
  ['a line of 10 MB', among('9'.repeat(10_000_000)), mapped(), removed('broken line: it does not end')],
  // refusals
  ['another separator', lines('1;2;3;4'), mapped(), refused(1, '1;2;3;4', 'broken line: not the 4 columns of the table')], // prettier-ignore
  ['the wrong columns', lines('1,2,3,4'), mapped({ columns: ['user', 'item', 'timestamp', 'rating'], highest: 1 }), refused(1, '1,2,3,4', 'rating outside the scale: above 0 up to 1')], // prettier-ignore
  ['no rating column', lines('1,2,3,4'), mapped({ columns: ['user', 'item', 'ignored', 'timestamp'] }), 't.csv has no rating column. Say which of its columns is which.'], // prettier-ignore
  ['two user columns', lines('1,2,3,4'), mapped({ columns: ['user', 'item', 'rating', 'user'] }), 't.csv has 2 user columns. Say which of its columns is which.'], // prettier-ignore
  ['a header alone', lines(), mapped(), 't.csv is empty: it holds no ratings (8 bytes). Download the data set again.'],
  ['nothing', fileOf('t.csv', ''), mapped(), 't.csv is empty: it holds no ratings (0 bytes). Download the data set again.'], // prettier-ignore
  ['UTF-16', fileOf('t.csv', Buffer.from('u,i,r,t\n1,2,3,4\n', 'utf16le')), mapped(), 't.csv is UTF-16 text. Save it as UTF-8 and import it again.'], // prettier-ignore
  ['a spreadsheet', fileOf('t.xlsx', Buffer.from('PK\x03\x04')), mapped(), 't.xlsx is cut off: its end is missing after 4 bytes. Download it again.'], // prettier-ignore
  ['several tables', folderOf({ 'a.csv': 'x', 'b.csv': 'x' }), mapped(), 'data holds several tables: a.csv, b.csv. Choose the one file that holds the ratings.'], // prettier-ignore
  ['no table', folderOf({ 'a.jpg': 'x' }), mapped(), 'data holds no table of ratings: it holds a.jpg.'],
  ['carriage returns alone', fileOf('t.csv', 'u,i,r,t\r1,2,3,4\r'), mapped(), 't.csv ends its lines with a carriage return alone, as old Macs did. Save it with LF or CRLF line ends.'], // prettier-ignore
  ['a header that is broken', fileOf('t.csv', 'u,"i,r,t\n1,2,3,4\n'), mapped(), 't.csv, line 1: the header cannot be read: broken line: a quote is opened and never closed. Check that it is a table of text.'], // prettier-ignore
  ['a folder that is gone', (folder) => join(writeFiles(folder, {}), 't.csv'), mapped(), 'There is no file or folder at $/t.csv. Check the path, or choose the file again.'], // prettier-ignore
]

test.each(rows)('a table with %s', async (_, make, mapping, outcome) => {
  expect(await outcomeOf(make, mapping)).toBe(outcome)
})

test('what a mapping leaves out is said', async () => {
  const mapping = mapped({ columns: ['user', 'item', 'rating', 'ignored'], highest: 10 })
  expect(await outcomeOf(lines('1,2,3,4'), mapping, { notes: /no timestamp|scaled/ })).toBe(
    [
      '1 ratings, 1 movies',
      'kept t.csv:0 x1: no timestamp column: every rating is given the time 0, and a split by time would be random',
      'kept t.csv:0 x1: ratings scaled to five stars: 10 became 5',
    ].join('\n'),
  )
})
