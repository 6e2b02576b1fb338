/** Real posters and plots of ml-latest-small: how many movies they cover, by movieId and through links. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { attachPlots } from '../../src-main/datasets/media/plots.ts'
import { attachPosters } from '../../src-main/datasets/media/posters.ts'
import { PlotFile } from '../../src-main/workspace/plot-file.ts'
import { PosterFile } from '../../src-main/workspace/poster-file.ts'
import { hasLatestSmall, latestSmall, noDataReason, overviewsCsv, postersZip } from '../shared-data.ts'
import { imported, inTempFolder, writeFiles } from '../unit/datasets/files.ts'

const quiet = { signal: new AbortController().signal, onProgress: () => undefined }
const skipped = hasLatestSmall ? '' : ` (${noDataReason})`

/** What a poster or plot file covers, and what the report says first of how it was read. */
function coverage(file: PosterFile | PlotFile): unknown {
  try {
    const read = file.findings().find((f) => / read by /.test(f.reason))
    return { count: file.count, movies: file.movies, read: read?.reason, fits: read?.examples.map((e) => e.text) }
  } finally {
    file.close()
  }
}

test.skipIf(!hasLatestSmall)(`9517 of 9742 movies have a poster, 1748 a plot${skipped}`, { timeout: 180_000 }, () =>
  imported(latestSmall, (dataset) =>
    inTempFolder(async (folder) => {
      const target = join(folder, 'x.posters.db')
      await attachPosters({ source: postersZip, datasetPath: dataset.path, target, ...quiet })
      expect(coverage(PosterFile.open(target))).toEqual({
        count: 9517,
        movies: 9742,
        read: 'files read by movieId, which fits the most movies',
        fits: [
          'movieId: 9517 of 9517 files, 9517 movies',
          'imdbId: 142 of 9517 files, 142 movies',
          'tmdbId: 1469 of 9517 files, 1470 movies',
        ],
      })
      const plots = join(folder, 'x.plots.db')
      await attachPlots({ source: overviewsCsv, datasetPath: dataset.path, target: plots, ...quiet })
      expect(coverage(PlotFile.open(plots))).toEqual({
        count: 1748,
        movies: 9742,
        read: 'rows read by movieId, which fits the most movies',
        fits: ['movieId: 1748 of 1748 rows, 1748 movies'],
      })
    }),
  ),
)

test.skipIf(!hasLatestSmall)(`2000 posters named by imdbId reach their movies through the links${skipped}`, () =>
  imported(latestSmall, (dataset) =>
    inTempFolder(async (folder) => {
      const poster = await sharp({ create: { width: 185, height: 278, channels: 3, background: 'navy' } })
        .jpeg()
        .toBuffer()
      const links = readFileSync(join(latestSmall, 'links.csv'), 'utf8').split(/\r?\n/).slice(1, 2001)
      const names = links.map((line) => `tt${line.split(',')[1]}.jpg`)
      const source = writeFiles(join(folder, 'p'), Object.fromEntries(names.map((name) => [name, poster])))
      const target = join(folder, 'x.posters.db')
      await attachPosters({ source, datasetPath: dataset.path, target, ...quiet })
      expect(coverage(PosterFile.open(target))).toEqual({
        count: 2000,
        movies: 9742,
        read: 'files read by imdbId, which fits the most movies',
        fits: [
          'movieId: 0 of 2000 files, 0 movies',
          'imdbId: 2000 of 2000 files, 2000 movies',
          'tmdbId: 0 of 2000 files, 0 movies',
        ],
      })
      const posters = PosterFile.open(target)
      const expected = links.map((line) => Number(line.split(',')[0])).sort((a, b) => a - b)
      expect([...posters.ids()]).toEqual(expected)
      posters.close()
    }),
  ),
)
