/** Small valid inputs, one of each kind a reader meets, for the mutations to begin with. */
import type { TableMapping } from '../../src-preload/contract.ts'
import { type ZipEntry, writeZip } from '../unit/datasets/zips.ts'

export interface Seed {
  name: string
  /** 'folder': the files as they are; 'zip': one archive; 'table': one file without a release. */
  kind: 'folder' | 'zip' | 'table'
  files: Record<string, Buffer>
  mapping: TableMapping | null
  /** What a zip is made of. */
  entries?: ZipEntry[]
}

const bytes = (text: string): Buffer => Buffer.from(text)
/** The same lines again and again: enough of them that one broken line is forgiven and reading goes on behind it. */
const many = (lines: string, head = ''): string => head + lines.repeat(12)
const flags = (on: number): string => Array.from({ length: 19 }, (_, g) => (g === on ? 1 : 0)).join('|')

const csv = {
  'ratings.csv': bytes(many('1,10,4.5,1000000000\r\n1,20,3,1000000001\n2,10,0.5,99\n', 'userId,movieId,rating,timestamp\r\n').trimEnd()), // prettier-ignore
  'movies.csv': bytes(many('10,"Toy ""S"" Story, The (1995)",Animation|Comedy\n20,Cité (1995),(no genres listed)\n', 'movieId,title,genres\n')), // prettier-ignore
  'tags.csv': bytes(many('1,10,"dark, slow",1000000000\n2,20,😀,1000000001\n', 'userId,movieId,tag,timestamp\n')),
  'links.csv': bytes(many('10,0114709,862\n20,0113497,\n', 'movieId,imdbId,tmdbId\n')),
}
const dat = {
  'ratings.dat': bytes(many('1::122::5::838985046\n1::185::4.5::838983525\n2::231::0.5::838983392\r\n')),
  'movies.dat': Buffer.from(many('122::"Cité" (1995)::Comedy|Drama\n185::Net, The (1995)::Action\n'), 'latin1'),
  'tags.dat': bytes(many('1::122::excellent!::1215184630\n2::185::"quoted::1188263867\n')),
  'users.dat': bytes('1::F::1::10::48067\n2::M::56::16::70072\n'),
}
const ml100k = {
  'u.data': bytes(many('196\t242\t3\t881250949\n186\t302\t3\t891717742\n')),
  'u.item': Buffer.from(many(`242|Kolya (1996)|24-Jan-1997||http://x|${flags(5)}\n302|Ünder (1997)|||x|${flags(8)}\n`), 'latin1'), // prettier-ignore
}
const columns: TableMapping['columns'] = ['user', 'item', 'rating', 'timestamp']
const table = (separator: TableMapping['separator'], extra: Partial<TableMapping> = {}): TableMapping => ({
  separator,
  header: true,
  columns,
  highest: 5,
  ...extra,
})
const tables: [name: string, text: string, mapping: TableMapping][] = [
  ['plain.csv', many('1,10,4.5,1000000000\n1,11,3,1000000001\n2,10,0.5,99\n', 'user,item,rating,timestamp\n'), table(',')], // prettier-ignore
  ['names.tsv', many('ann\tx-1\t7\t2001-02-03\nbob\tx-2\t10\t2001-02-03T04:05:06Z\n', 'u\ti\tr\tt\n'), table('\t', { highest: 10 })], // prettier-ignore
  ['euro.csv', many('1;"a;""b""";4,5;1000000000000\n2;"c\nd";3,0;1000000000001\n', 'wer;was;wie;wann\n'), table(';')],
  ['bare.dat', many('1::2::3::4\n5::6::5::8\n'), table('::', { header: false })],
  ['wide.csv', many('A,x|y,88,1,9007199254740993\n"B, the",y,1,2,-4\n', 'title,genres,stars,movie,user\n'), table(',', { columns: ['title', 'genres', 'rating', 'item', 'user'], highest: 100 })], // prettier-ignore
]

const within = (folder: string, files: Record<string, Buffer>, how: Partial<ZipEntry> = {}): ZipEntry[] =>
  Object.entries(files).map(([name, content]) => ({ name: folder + name, content, ...how }))
const zip = (name: string, entries: ZipEntry[], bytesOf = writeZip(entries)): Seed => ({
  name,
  kind: 'zip',
  files: { [name]: bytesOf },
  mapping: null,
  entries,
})
const many64 = within('a/b/', ml100k, { zip64: true })

export const seeds: Seed[] = [
  { name: 'csv', kind: 'folder', files: csv, mapping: null },
  { name: 'dat', kind: 'folder', files: dat, mapping: null },
  { name: '100k', kind: 'folder', files: ml100k, mapping: null },
  ...tables.map(([name, text, mapping]): Seed => ({ name, kind: 'table', files: { [name]: bytes(text) }, mapping })),
  zip('csv.zip', within('ml-25m/', csv)),
  zip('dat.zip', within('', dat, { method: 0 })),
  zip('u.zip', many64, writeZip(many64, { zip64: {}, comment: 'ml' })),
]
