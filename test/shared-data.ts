/**
 * Where real MovieLens data lies for the tests that need it: the folder named by CROSSREEL_DATA, or ../shared/data beside the
 * checkout. It is never part of the repository; where it is absent those tests are skipped with this reason.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = process.env['CROSSREEL_DATA'] ?? resolve(import.meta.dirname, '../../shared/data')
export const latestSmall: string = join(root, 'ml-latest-small')
export const postersZip: string = join(root, 'posters-ml-latest-small.zip')
export const overviewsCsv: string = join(root, 'overviews-ml-latest-small.csv')
export const hasLatestSmall: boolean = existsSync(join(latestSmall, 'ratings.csv'))
export const noDataReason = 'ml-latest-small not found; set CROSSREEL_DATA to the folder that holds it'
