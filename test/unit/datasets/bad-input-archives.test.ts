/** Archives that are hostile or broken. A row = a zip -> what it is, or the exact sentence it is refused with. */
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { release } from './files.ts'
import { fileOf, type Make, outcomeOf, zipOf } from './outcome.ts'
import { writeZip, type ZipEntry } from './zips.ts'

const files = release()
const without = (name: string) => release({}, [name])
const ratings = (entry: Partial<ZipEntry>): Make =>
  zipOf(without('ratings.csv'), [{ name: 'ratings.csv', content: String(files['ratings.csv']), ...entry }])
const named = (name: string): Make => zipOf(files, [{ name, content: 'x' }])
const whole = writeZip(Object.entries(files).map(([name, content]) => ({ name, content })))
const good = '200 ratings, 12 movies'
const bytes = Buffer.byteLength(String(files['ratings.csv']))
const bomb = Buffer.alloc(64 * 2 ** 20, '1')
const names = 'movies.csv, tags.csv, links.csv'

/** A directory of so many entries that all stand for the same few bytes. */
function manyEntries(count: number): Buffer {
  const one = writeZip([{ name: 'aaaaaa.csv', content: '' }])
  const directoryAt = one.indexOf('PK\x01\x02')
  const endAt = one.indexOf('PK\x05\x06')
  const record = one.subarray(directoryAt, endAt)
  const end = writeZip([], { zip64: { directoryAt: BigInt(directoryAt), entries: BigInt(count), recordAt: BigInt(directoryAt + count * record.length) } }) // prettier-ignore
  return Buffer.concat([one.subarray(0, directoryAt), ...Array<Buffer>(count).fill(record), end])
}

const rows: [what: string, make: Make, outcome: string][] = [
  ['a bomb by ratio', ratings({ content: bomb, says: { packed: 65_000 } }), 'ratings.csv in data.zip says it unpacks to 67108864 bytes from 65000, as only a zip bomb does. Download the data set from its publisher.'], // prettier-ignore
  ['a bomb that says it is small', ratings({ content: bomb, says: { bytes: 1000 } }), 'ratings.csv in data.zip is longer than the zip says. Download the zip again.'], // prettier-ignore
  ['a bomb by count', fileOf('data.zip', manyEntries(200_001)), 'data.zip lists more than 200000 files. Choose a zip that holds one data set.'], // prettier-ignore
  ['a bomb that nothing asks for', named('huge.bin'), good],
  ['an entry longer than the zip says', ratings({ says: { bytes: bytes - 5 } }), 'ratings.csv in data.zip is longer than the zip says. Download the zip again.'], // prettier-ignore
  ['an entry shorter than the zip says', ratings({ says: { bytes: bytes + 5 } }), `ratings.csv in data.zip is cut off after ${bytes} of ${bytes + 5} bytes. Download the zip again.`], // prettier-ignore
  ['a wrong checksum', ratings({ says: { crc: 1 } }), 'ratings.csv in data.zip is damaged: its checksum does not match. Download the zip again.'], // prettier-ignore
  ['a wrong checksum of a stored entry', ratings({ method: 0, says: { crc: 1 } }), 'ratings.csv in data.zip is damaged: its checksum does not match. Download the zip again.'], // prettier-ignore
  ['packed bytes that are none', ratings({ content: 'xyz', method: 8, says: { packed: 2 } }), 'ratings.csv in data.zip is damaged: unexpected end of file. Download the zip again.'], // prettier-ignore
  ['data beyond the end', ratings({ says: { packed: 10_000_000 } }), 'ratings.csv in data.zip is damaged: it would reach beyond the end of the zip. Download the zip again.'], // prettier-ignore
  ['an entry that points at nothing', ratings({ says: { offset: 7 } }), 'ratings.csv in data.zip is damaged: it is not where the directory says. Download the zip again.'], // prettier-ignore
  ['an entry that points outside', ratings({ says: { offset: 0x7fffffff } }), 'ratings.csv in data.zip is damaged: it points outside of itself. Download the zip again.'], // prettier-ignore
  ['an encrypted entry', ratings({ encrypted: true }), 'ratings.csv in data.zip is encrypted. Unpack the zip with its password and choose the folder.'], // prettier-ignore
  ['another compression', ratings({ method: 93 }), 'ratings.csv in data.zip is packed with method 93, which is not supported. Unpack the zip and choose the folder.'], // prettier-ignore
  ['a symbolic link', ratings({ content: '/etc/passwd', mode: 0o120777 }), 'ratings.csv in data.zip is a symbolic link. Pack the file itself.'], // prettier-ignore
  ['a folder called ratings.csv', ratings({ name: 'ratings.csv/', content: '' }), `The ratings file is missing in data.zip: it holds ${names}, but no ratings.csv, ratings.dat or u.data. Add the ratings file of the same release.`], // prettier-ignore
  ['a name that leads out', named('../ratings.csv'), 'data.zip is damaged: invalid relative path: ../ratings.csv. Download it again.'], // prettier-ignore
  ['a name that leads out further in', named('ml/../../x.csv'), 'data.zip is damaged: invalid relative path: ml/../../x.csv. Download it again.'], // prettier-ignore
  ['a name that leads out on Windows', named('..\\x.csv'), 'data.zip is damaged: invalid relative path: ../x.csv. Download it again.'], // prettier-ignore
  ['an absolute name', named('/etc/passwd'), 'data.zip is damaged: absolute path: /etc/passwd. Download it again.'],
  ['a drive letter', named('C:\\x.csv'), 'data.zip is damaged: absolute path: C:/x.csv. Download it again.'],
  ['a NUL byte in a name', named('ratings.csv\0.txt'), 'data.zip is damaged: a file name holds a NUL byte. Download it again.'], // prettier-ignore
  ['no name at all', named(''), good],
  ['a name of 60,000 letters', named(`${'é'.repeat(30_000)}.txt`), good],
  ['the same name twice', zipOf(files, [{ name: 'ratings.csv', content: 'x' }]), 'data.zip holds two files called ratings.csv in one place: ratings.csv and ratings.csv. Remove one of them.'], // prettier-ignore
  ['names that differ in case', zipOf(files, [{ name: 'Movies.CSV', content: 'x' }]), 'data.zip holds two files called movies.csv in one place: movies.csv and Movies.CSV. Remove one of them.'], // prettier-ignore
  ['names in capitals', ratings({ name: 'RATINGS.CSV' }), good],
  ['two data sets', zipOf({ 'a/ratings.csv': 'x', 'b/ratings.csv': 'x' }), 'data.zip holds more than one data set: a/ratings.csv and b/ratings.csv. Choose the folder of one of them.'], // prettier-ignore
  ['a second data set deeper inside', zipOf(files, [{ name: 'old/ratings.csv', content: 'x' }]), `${good}\nkept ratings.csv:0 x1: another data set lies deeper and was not read: ratings.csv is the nearest`], // prettier-ignore
  ['a zip in a zip', zipOf({ 'ml-25m.zip': whole }), 'data.zip is not a MovieLens data set: it holds ml-25m.zip, but no ratings.csv, ratings.dat or u.data. Unpack it and choose ml-25m.zip, or the folder that zip unpacks to.'], // prettier-ignore
  ['nothing', zipOf({}), 'data.zip is not a MovieLens data set: it holds no files, but no ratings.csv, ratings.dat or u.data. Choose a MovieLens zip, or the folder it unpacks to.'], // prettier-ignore
  ['a zip without its end', fileOf('data.zip', whole.subarray(0, 1200)), 'data.zip is cut off: its end is missing after 1200 bytes. Download it again.'], // prettier-ignore
  ['a zip without its beginning', fileOf('data.zip', whole.subarray(500)), 'data.zip is damaged: it points outside of itself. Download it again.'], // prettier-ignore
  ['bytes before the beginning', zipOf(files, [], { prefix: Buffer.from('#!/bin/sh\n') }), 'data.zip is damaged: its directory is not where its end says. Download it again.'], // prettier-ignore
  ['bytes behind the end', fileOf('data.zip', Buffer.concat([whole, Buffer.from('\n')])), 'data.zip is damaged: there are bytes behind its end. Download it again.'], // prettier-ignore
  ['a comment', zipOf(files, [], { comment: 'MovieLens' }), good],
  ['zip64', ratings({ zip64: true }), good],
  ['a zip64 end record', zipOf(files, [], { zip64: {} }), good],
  ['a zip64 directory outside', zipOf(files, [], { zip64: { directoryAt: 2n ** 64n - 1n } }), 'data.zip is damaged: it points outside of itself. Download it again.'], // prettier-ignore
  ['a zip64 record outside', zipOf(files, [], { zip64: { recordAt: 2n ** 63n } }), 'data.zip is damaged: it points outside of itself. Download it again.'], // prettier-ignore
  ['more entries than there are', zipOf(files, [], { zip64: { entries: 2n ** 53n } }), 'data.zip is damaged: its directory is not where its end says. Download it again.'], // prettier-ignore
  ['gzip called zip', fileOf('data.zip', gzipSync('x')), 'data.zip is not a zip archive. Choose a MovieLens zip, or the folder it unpacks to.'], // prettier-ignore
  ['a zip called otherwise', fileOf('download', whole), good],
  ['a file of one byte', fileOf('data.zip', 'P'), 'data.zip is not a zip archive. Choose a MovieLens zip, or the folder it unpacks to.'], // prettier-ignore
]

test.each(rows)('a zip with %s', async (_, make, outcome) => {
  expect(await outcomeOf(make, null, { notes: /another data set/ })).toBe(outcome)
})
