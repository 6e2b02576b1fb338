/** Reads the ratings file, whatever its make, into an intake. */
import { BrokenLines } from './findings.ts'
import type { OpenedFormat, RatingLines, RatingTable } from '../formats/format.ts'
import { ImportError } from './import-error.ts'
import type { RatingIntake } from './rating-intake.ts'
import { RatingsTokenizer, whyNotARating } from './ratings-tokenizer.ts'
import { checkHeader, type Reading } from '../tables/table-reader.ts'

/**
 * @returns how many lines should have been ratings and were not
 * @throws ImportError when the header is another, the file holds no rating, or it is mostly broken
 */
export async function readRatings(
  source: OpenedFormat['ratings'],
  intake: RatingIntake,
  reading: Reading,
): Promise<number> {
  const broken = source.rows
    ? await readTableRatings(source, intake, reading)
    : await readLines(source, intake, reading)
  if (intake.rows + broken === 0) {
    const { name, bytes } = source.file
    throw new ImportError(`${name} is empty: it holds no ratings (${bytes} bytes). Download the data set again.`, {
      file: name,
    })
  }
  return broken
}

async function readLines(source: RatingLines, intake: RatingIntake, reading: Reading): Promise<number> {
  const { file, separator, header } = source
  const remedy = `Check that it is ${file.name} of a MovieLens release.`
  const broken = new BrokenLines(file.name, remedy, reading.findings, header ? 1 : 0)
  const { lines } = intake
  if (header) lines.skip(1)
  const tokenizer = new RatingsTokenizer({
    separator,
    onHeader: header && ((line) => checkHeader(file.name, line, header, separator)),
    onBatch: (batch) => intake.take(batch),
    onBlank: (line) => lines.skip(line),
    onBad: (line, text) => {
      lines.skip(line)
      broken.add(line, whyNotARating(text, separator), text)
    },
  })
  for await (const bytes of file.read({ reuse: true })) {
    tokenizer.push(bytes)
    reading.onBytes(bytes.length)
    await reading.pacer.turn()
  }
  tokenizer.end()
  if (intake.rows + broken.count > 0) broken.finish(intake.rows)
  return broken.count
}

async function readTableRatings(source: RatingTable, intake: RatingIntake, reading: Reading): Promise<number> {
  let broken = 0
  const batches = source.rows.batches(reading, (line, isBroken) => {
    intake.lines.skip(line)
    if (isBroken) broken++
  })
  for await (const batch of batches) intake.take(batch)
  return broken
}
