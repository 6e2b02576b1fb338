/** Posters: a row = what lies at the path -> what is stored, what is reported, or the exact sentence. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync, crc32 } from 'node:zlib'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { attachPosters } from '../../../src-main/datasets/media/posters.ts'
import { PosterFile } from '../../../src-main/workspace/poster-file.ts'
import { type Files, release, writeFiles, zipOf } from './files.ts'
import { attached, file, image, linkedRelease } from './media-attached.ts'

const folderOf =
  (files: Files, name = 'p') =>
  (folder: string): string =>
    writeFiles(join(folder, name), files)

interface Stored {
  ids: number[]
  found: [reason: string, count: number, first: string][]
  coverage: [number, number | null]
  hash: string
}
function stored(target: string): Stored {
  const posters = PosterFile.open(target)
  try {
    const found = posters.findings().map((f): Stored['found'][0] => [f.reason, f.count, f.examples[0]?.text ?? ''])
    return { ids: [...posters.ids()], found, coverage: [posters.count, posters.movies], hash: posters.hash }
  } finally {
    posters.close()
  }
}

/** A PNG that says it is this large and has no more than some bytes of it. */
function hugePng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    checksum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, checksum])
  }
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(Buffer.alloc(1000))
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

async function oddities(): Promise<Files> {
  return {
    'posters/10.jpg': await image('jpeg', 500, 750),
    'posters/20.PNG': await image('png', 300, 300),
    'posters/30.webp': await image('webp', 100, 90),
    'posters/40.jpeg': 'not an image',
    'posters/50.jpg': (await image('jpeg', 500, 750)).subarray(0, 900),
    'posters/60.png': hugePng(60_000, 60_000),
    'posters/70.jpg': await image('png', 40, 60),
    'posters/80.jpg': '',
    'posters/90.png': await image('gif', 20, 20),
    'posters/100.png': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'posters/more/10.png': await image('png', 20, 20),
    'posters/999.jpg': await image('jpeg', 20, 20),
    'posters/cover.jpg': await image('jpeg', 20, 20),
    'posters/readme.txt': 'x',
    'posters/.DS_Store': 'x',
    '__MACOSX/posters/120.jpg': 'x',
  }
}

test.each(['folder', 'zip'])(
  'posters from a %s are made small; what cannot be used is reported by name',
  async (kind) => {
    const files = await oddities()
    const make = (folder: string): string => {
      if (kind === 'folder') return writeFiles(join(folder, 'mine.zip'), files)
      writeFileSync(join(folder, 'mine.zip'), zipOf(files))
      return join(folder, 'mine.zip')
    }
    const look = async (target: string): Promise<unknown> => {
      const posters = PosterFile.open(target)
      const sizes: unknown[] = []
      for (const id of posters.ids()) {
        const { format, width, height } = await sharp(posters.get(id) ?? undefined).metadata()
        sizes.push([id, format, width, height])
      }
      expect(posters.get(40)).toBeNull()
      expect(posters.has(20)).toBe(true)
      posters.close()
      return { sizes, ...stored(target) }
    }
    const result = await attached({ attach: attachPosters, make: [make], look })
    expect(result).toMatchObject({
      sizes: [
        [10, 'jpeg', 160, 240],
        [20, 'jpeg', 160, 160],
        [30, 'jpeg', 100, 90], // never enlarged
        [70, 'jpeg', 40, 60],
      ],
      coverage: [4, 12],
    })
    const { found } = result as Stored
    // in which order images are done is not known, but the rest is
    const broken = found.find(([reason]) => reason === 'broken image')
    expect(broken).toEqual(['broken image', 1, expect.stringMatching(/^posters\/50\.jpg: \w/)])
    expect(new Set(found.filter((f) => f !== broken))).toEqual(
      new Set([
        ['not named <movieId>.jpg, .jpeg, .png or .webp (or by imdbId or tmdbId)', 1, 'posters/readme.txt'],
        ['image not named by movieId', 1, 'posters/cover.jpg'],
        ['poster of a movie that is not in the data set', 1, 'posters/999.jpg'],
        ['second poster of a movie: the first is kept', 1, 'posters/more/10.png'],
        ['not a JPEG, PNG or WebP image', 3, expect.stringMatching(/^posters\/(40\.jpeg|90\.png|100\.png)$/)],
        ['empty image file', 1, 'posters/80.jpg'],
        ['image of more than 25 megapixels', 1, 'posters/60.png'],
        ['image of another kind than its name says: read by its content', 1, 'posters/70.jpg: PNG'],
        ['files read by movieId, which fits the most movies', 11, 'movieId: 11 of 13 files, 10 movies'],
      ]),
    )
  },
)

test.each<[string, string[], 'auto' | 'movieId' | 'imdbId' | 'tmdbId', number[], string]>([
  ['movieId', ['10', '20', '30'], 'auto', [10, 20, 30], 'files read by movieId, which fits the most movies'],
  [
    'imdbId as IMDb writes it',
    ['tt0114709', 'tt0113497'],
    'auto',
    [10, 20],
    'files read by imdbId, which fits the most movies',
  ],
  [
    'imdbId as MovieLens writes it',
    ['0114709', '1000003'],
    'auto',
    [10, 30],
    'files read by imdbId, which fits the most movies',
  ],
  ['tmdbId', ['862', '503', '504'], 'auto', [10, 30, 40], 'files read by tmdbId, which fits the most movies'],
  [
    'some of each',
    ['10', '862', '503', 'tt0113497'],
    'auto',
    [10, 30],
    'files read by tmdbId, which fits the most movies',
  ],
  ['as many of each', ['20', '862'], 'auto', [20], 'files read by movieId, which fits the most movies'],
  ['what was asked for', ['20', '862', '503'], 'movieId', [20], 'files read by movieId, as asked'],
  ['what was asked for, by links', ['20', '30', 'tt0114709'], 'imdbId', [10], 'files read by imdbId, as asked'],
])('posters named by %s', async (_, names, by, ids, reason) => {
  const small = await image('jpeg', 20, 30)
  const make = folderOf(Object.fromEntries(names.map((name) => [`${name}.jpg`, small])))
  const result = await attached({ attach: attachPosters, make: [make], look: stored, files: linkedRelease(), options: { by } }) // prettier-ignore
  expect(result.ids).toEqual(ids)
  expect(result.found.map((f) => f[0])).toContain(reason)
})

test('a second set of posters: the new ones win, the old ones stay, and the report says so', async () => {
  const [red, blue] = [await image('jpeg', 20, 30), await image('jpeg', 25, 30, 1)]
  const first = folderOf({ '10.jpg': red, '20.jpg': red, '40.jpg': 'x' }, 'first')
  const second = folderOf({ '20.jpg': blue, '30.jpg': blue, '50.jpg': 'y' }, 'second')
  const widthsOf = async (target: string): Promise<unknown> => {
    const posters = PosterFile.open(target)
    const widths: [number, number][] = []
    for (const id of posters.ids()) widths.push([id, (await sharp(posters.get(id) ?? undefined).metadata()).width])
    posters.close()
    return { widths, ...stored(target) }
  }
  const result = await attached({ attach: attachPosters, make: [first, second], look: widthsOf })
  expect(result).toMatchObject({
    widths: [
      [10, 20],
      [20, 25],
      [30, 25],
    ],
    coverage: [3, 12],
  })
  const reasons = (await attached({ attach: attachPosters, make: [first, second, second], look: stored })).found
  const say = reasons.map(([reason, count]) => [reason, count])
  expect(say).toContainEqual(['earlier posters kept, for movies this source has none of', 1])
  expect(say).toContainEqual(['earlier posters replaced by those of this source', 2])
  // of both sources what was wrong with them is still known, of each once
  expect(say.filter(([reason]) => reason === 'not a JPEG, PNG or WebP image')).toHaveLength(2)
})

test('two movies that share a TMDB id share its poster', async () => {
  const files = release({ 'links.csv': 'movieId,imdbId,tmdbId\n10,,862\n20,,862\n' })
  const make = folderOf({ '862.jpg': await image('jpeg', 20, 30) })
  expect((await attached({ attach: attachPosters, make: [make], look: stored, files })).ids).toEqual([10, 20])
})

test('the same posters have the same hash, whatever their order and history; other posters another', async () => {
  const hash = async (...made: Files[]): Promise<string> => {
    const make = made.map((files, i) => folderOf(files, `p${i}`))
    return (await attached({ attach: attachPosters, make, look: stored })).hash
  }
  const [small, large] = [await image('png', 20, 20), await image('png', 60, 60)]
  const once = await hash({ '10.png': small, '20.png': large })
  expect(await hash({ 'x/20.png': large, 'x/10.png': small })).toBe(once)
  expect(await hash({ '20.png': large }, { '10.png': small })).toBe(once)
  expect(await hash({ '10.png': small })).not.toBe(once)
})

test.each<[string, (folder: string) => string, string, Files | undefined, 'auto' | 'imdbId']>([
  [
    'no images',
    folderOf({ 'a.txt': 'x' }),
    'p holds no posters: found a.txt. Choose a folder or zip with images named <movieId>.jpg, .jpeg, .png or .webp (or by imdbId or tmdbId).',
    undefined,
    'auto',
  ],
  [
    'an empty folder',
    folderOf({}),
    'p holds no posters: found no files. Choose a folder or zip with images named <movieId>.jpg, .jpeg, .png or .webp (or by imdbId or tmdbId).',
    undefined,
    'auto',
  ],
  [
    'only unknown movies',
    folderOf({ '7.jpg': 'x', '8.jpg': 'x' }),
    'None of the 2 posters in p belongs to a movie of this data set, be it by movieId, imdbId or tmdbId. Name each by one of these.',
    undefined,
    'auto',
  ],
  [
    'only unknown movies, without links',
    folderOf({ '862.jpg': 'x' }),
    'None of the 1 posters in p belongs to a movie of this data set. Name each by its MovieLens movieId; for imdbId or tmdbId the data set lacks its links.csv.',
    release({}, ['links.csv']),
    'auto',
  ],
  [
    'another key than was asked for',
    folderOf({ '10.jpg': 'x' }),
    'None of the 1 posters in p belongs to a movie of this data set by its imdbId. Name each by its imdbId, or let Crossreel find out what they are named by.',
    undefined,
    'imdbId',
  ],
  [
    'a key that the data set has not',
    folderOf({ 'tt0114709.jpg': 'x' }),
    'The posters in p cannot be read by imdbId: the data set came without links.csv, so it has no such ids. Name them by movieId, or import the data set with its links.csv.',
    release({}, ['links.csv']),
    'imdbId',
  ],
  [
    'only unreadable images',
    folderOf({ '10.jpg': 'x' }),
    'None of the images tried in p can be read (1). Check that they are JPEG, PNG or WebP.',
    undefined,
    'auto',
  ],
  [
    'a missing folder',
    (folder) => join(folder, 'none'),
    'none. Check the path, or choose the file again.',
    undefined,
    'auto',
  ],
])('posters: refuses %s', async (_, make, sentence, files, by) => {
  const adding = attached({ attach: attachPosters, make: [make], look: () => null, options: { by }, ...(files ? { files } : {}) }) // prettier-ignore
  await expect(adding).rejects.toThrow(sentence)
})

test('an image that is damaged inside the zip is one finding; the others are stored', async () => {
  const files = { '10.jpg': await image('jpeg', 20, 30), '20.jpg': await image('jpeg', 20, 30) }
  const zip = zipOf(files)
  zip[60] = 255 - (zip[60] ?? 0) // inside the first image
  const { ids, found } = await attached({ attach: attachPosters, make: [file('p.zip', zip)], look: stored })
  expect(ids).toEqual([20])
  expect(found[0]).toEqual(['image file that cannot be read', 1, expect.stringMatching(/^10\.jpg: 10\.jpg in p\.zip is damaged/)]) // prettier-ignore
})

test('a cancel and a full disk leave what was there', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const picture = await sharp({ create: { width: 200, height: 300, channels: 3, background: 'white', noise } })
    .png()
    .toBuffer()
  const files = Object.fromEntries([10, 20, 30, 40, 50, 60].map((movie) => [`${movie}.png`, picture]))
  const add = (options: object): Promise<unknown> =>
    attached({ attach: attachPosters, make: [folderOf(files)], look: () => null, options })
  await expect(add({ signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' })
  await expect(add({ limitBytes: 100_000 })).rejects.toThrow(/^The disk is full: .* needs about \d+ kB\. Nothing was changed\./) // prettier-ignore
  const cancel = new AbortController()
  const onProgress = ({ fraction }: { fraction: number | null }): void => {
    if ((fraction ?? 0) > 0.3) cancel.abort()
  }
  await expect(add({ signal: cancel.signal, onProgress })).rejects.toMatchObject({ name: 'AbortError' })
})
