/** Posters and plots: a row = what lies at the path -> what is stored, what is reported, or the exact sentence. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { attachPlots } from '../../../src-main/datasets/plots.ts'
import { attachPosters } from '../../../src-main/datasets/posters.ts'
import { PlotFile } from '../../../src-main/workspace/plot-file.ts'
import { PosterFile } from '../../../src-main/workspace/poster-file.ts'
import { type Files, imported, inTempFolder, release, writeFiles, zipOf } from './files.ts'

type Format = 'jpeg' | 'png' | 'webp'
function image(format: Format, width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 4, background: { r: 200, g: 40, b: 40, alpha: 0.5 } } }).toFormat(format).toBuffer() // prettier-ignore
}

/** Attaches what `make` puts into a folder to the small release, and looks at the result. */
async function attached<T>(
  attach: typeof attachPosters,
  make: (folder: string) => string,
  look: (target: string) => T | Promise<T>,
  options: { limitBytes?: number; signal?: AbortSignal; files?: Files } = {},
): Promise<T> {
  return inTempFolder((folder) =>
    imported(writeFiles(join(folder, 'data'), options.files ?? release()), async (dataset) => {
      const target = join(folder, 'out', 'x.media.db')
      const { limitBytes } = options
      try {
        await attach({
          source: make(folder),
          datasetPath: dataset.path,
          target,
          signal: options.signal ?? new AbortController().signal,
          onProgress: () => undefined,
          ...(limitBytes === undefined ? {} : { limitBytes }),
        })
      } catch (error) {
        const left = readdirSync(folder).includes('out') ? readdirSync(join(folder, 'out')) : []
        expect(left).toEqual([])
        throw error
      }
      return await look(target)
    }),
  )
}

async function posterFiles(): Promise<Files> {
  return {
    'posters/10.jpg': await image('jpeg', 500, 750),
    'posters/20.PNG': await image('png', 300, 300),
    'posters/30.webp': await image('webp', 100, 90),
    'posters/40.jpeg': 'not an image',
    'posters/50.jpg': (await image('jpeg', 500, 750)).subarray(0, 900),
    'posters/10.png': await image('png', 20, 20),
    'posters/999.jpg': await image('jpeg', 20, 20),
    'posters/readme.txt': 'x',
    'posters/.DS_Store': 'x',
  }
}

test.each(['folder', 'zip'])('posters from a %s are made small; what cannot be used is reported', async (kind) => {
  const files = await posterFiles()
  const make = (folder: string): string => {
    if (kind === 'folder') return writeFiles(join(folder, 'my posters'), files)
    writeFileSync(join(folder, 'my posters'), zipOf(files))
    return join(folder, 'my posters')
  }
  await attached(attachPosters, make, async (target) => {
    const posters = PosterFile.open(target)
    expect([...posters.ids()]).toEqual([10, 20, 30])
    expect(posters.count).toBe(3)
    expect(posters.has(20)).toBe(true)
    expect(posters.get(40)).toBeNull()
    const sizes: unknown[] = []
    for (const id of posters.ids()) {
      const { format, width, height } = await sharp(posters.get(id) ?? undefined).metadata()
      sizes.push([format, width, height])
    }
    expect(sizes).toEqual([
      ['jpeg', 160, 240],
      ['jpeg', 160, 160],
      ['jpeg', 100, 90], // never enlarged
    ])
    const found = posters.findings().map((f) => [f.file, f.reason, f.count])
    expect(new Set(found)).toEqual(
      new Set([
        ['my posters', 'unreadable image', 2],
        ['my posters', 'second poster of a movie: the first is kept', 1],
        ['my posters', 'poster of a movie that is not in the data set', 1],
        ['my posters', 'not named <movieId>.jpg, .jpeg, .png or .webp', 1],
      ]),
    )
    posters.close()
  })
})

test('the same posters have the same hash, other posters another', async () => {
  const hash = (files: Files): Promise<string> =>
    attached(
      attachPosters,
      (folder) => writeFiles(join(folder, 'p'), files),
      (target) => {
        const posters = PosterFile.open(target)
        posters.close()
        return posters.hash
      },
    )
  const [small, large] = [await image('png', 20, 20), await image('png', 60, 60)]
  expect(await hash({ '10.png': small, '20.png': large })).toBe(await hash({ 'x/20.png': large, 'x/10.png': small }))
  expect(await hash({ '10.png': small })).not.toBe(await hash({ '10.png': large }))
})

test.each<[string, Files, string]>([
  [
    'no images',
    { 'a.txt': 'x' },
    'p holds no posters: found a.txt. Choose a folder or zip with images named <movieId>.jpg, .jpeg, .png or .webp.',
  ],
  [
    'only unknown movies',
    { '7.jpg': 'x', '8.jpg': 'x' },
    'None of the 2 posters in p belongs to a movie of this data set. Name each by its MovieLens movieId.',
  ],
  [
    'only unreadable images',
    { '10.jpg': 'x' },
    'None of the images tried in p can be read (1). Check that they are JPEG, PNG or WebP.',
  ],
])('posters: refuses %s', async (_, files, sentence) => {
  const make = (folder: string): string => writeFiles(join(folder, 'p'), files)
  await expect(attached(attachPosters, make, () => null)).rejects.toThrow(sentence)
})

test('posters: cancel and a full disk leave nothing', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const picture = await sharp({ create: { width: 200, height: 300, channels: 3, background: 'white', noise } }).png().toBuffer() // prettier-ignore
  const files = Object.fromEntries([10, 20, 30, 40, 50, 60].map((movie) => [`${movie}.png`, picture]))
  const make = (folder: string): string => writeFiles(join(folder, 'p'), files)
  await expect(attached(attachPosters, make, () => null, { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' }) // prettier-ignore
  await expect(attached(attachPosters, make, () => null, { limitBytes: 100_000 })).rejects.toThrow(/^The disk is full: .* needs about \d+ kB\. Nothing was changed\./) // prettier-ignore
})

// ───────────── plots ─────────────

const plotsIn =
  (name: string, content: string | Buffer) =>
  (folder: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
const plotsOf = (target: string): [number, string][] => {
  const plots = PlotFile.open(target)
  const all = [...plots.all()]
  expect(plots.count).toBe(all.length)
  for (const [id, text] of all) expect(plots.get(id)).toBe(text)
  plots.close()
  return all
}

test.each<[string, (folder: string) => string, [number, string][]]>([
  [
    'a CSV by movieId',
    plotsIn('p.csv', 'movieId,overview\n10,"Led by Woody, the ""toys""\nlive."\n20,Élan\n'),
    [
      [10, 'Led by Woody, the "toys" live.'],
      [20, 'Élan'],
    ],
  ],
  [
    'TMDB ids joined through links',
    plotsIn('tmdb.csv', 'adult,id,overview\nFalse,862,A plot\nFalse,5,Another\n'),
    [[10, 'A plot']],
  ],
  ['columns in another order, a TSV', plotsIn('p.tsv', 'Overview\tmovieId\nA plot\t30\n'), [[30, 'A plot']]],
  ['Latin-1', plotsIn('p.csv', Buffer.from('movieId,overview\n10,Élan\n', 'latin1')), [[10, 'Élan']]],
  [
    'a zip with one table',
    plotsIn('p.zip', zipOf({ 'a/readme.txt': 'hello', 'a/plots.csv': 'movieId,plot\n10,x\n' })),
    [[10, 'x']],
  ],
])('plots from %s', async (_, make, expected) => {
  expect(await attached(attachPlots, make, plotsOf)).toEqual(expected)
})

test('plots: what is left out is reported with its line', async () => {
  const lines = ['movieId,overview', '10,a', '10,b', '20,', '999,c', ...Array.from({ length: 40 }, () => '30,d'), 'x,e']
  await attached(attachPlots, plotsIn('p.csv', lines.join('\n')), (target) => {
    const plots = PlotFile.open(target)
    expect(plots.findings().map((f) => [f.reason, f.count, f.examples[0]?.line])).toEqual([
      ['second plot of a movie: the first is kept', 40, 3],
      ['empty plot', 1, 4],
      ['plot of a movie that is not in the data set', 1, 5],
      ['wrong type: the movieId is not a whole number', 1, 46],
    ])
    plots.close()
  })
})

test.each<[string, (folder: string) => string, string, Files | undefined]>([
  [
    'another table',
    plotsIn('p.csv', 'a,b\n1,2\n'),
    'p.csv, line 1: the header is "a,b", but a table of plots has the columns movieId and overview (or TMDB\'s id and overview). Name its columns like this.',
    undefined,
  ],
  [
    'a zip without a table',
    plotsIn('p.zip', zipOf({ 'a.jpg': 'x' })),
    "p.zip holds no table of plots: found a.jpg. Choose a CSV with the columns movieId and overview (or TMDB's id and overview).",
    undefined,
  ],
  [
    'ids of another catalogue',
    plotsIn('p.csv', 'movieId,overview\n7,x\n'),
    'p.csv has no plot for a movie of this data set. Check that its movieId column holds the ids of this release.',
    undefined,
  ],
  [
    'TMDB ids without links',
    plotsIn('p.csv', 'id,overview\n862,x\n'),
    'p.csv lists movies by TMDB id, but the data set came without links.csv. Use a table with movieId and overview, or import the data set with its links.csv.',
    release({}, ['links.csv']),
  ],
  [
    'a missing file',
    (folder) => join(folder, 'none.csv'),
    'none.csv. Check the path, or choose the file again.',
    undefined,
  ],
])('plots: refuses %s', async (_, make, sentence, files) => {
  await expect(attached(attachPlots, make, () => null, files ? { files } : {})).rejects.toThrow(sentence)
})
