/** The sample's posters: a look's picture, the title in its lettering, a billing line; drawn as SVG, rendered to JPEG by sharp. */
import sharp from 'sharp'
import { Random } from '../../learning/random.ts'
import { letterBlock, letterLine, type Lettering } from './lettering.ts'
import { looks } from './looks.ts'
import type { SampleMovie } from './movies.ts'
import { posterHeight, posterWidth } from './scenes.ts'
import { inventName, pick } from './words.ts'

const margin = 18

export function posterSvg(movie: SampleMovie, seed: number): string {
  const random = Random.stream(seed, `sample poster ${movie.movieId}`)
  const look = looks[movie.look]!
  const palette = pick(random, look.palettes)
  const { edge, from, colour, ...rest } = look.title
  const style: Lettering = { ...rest, colour: typeof colour === 'string' ? colour : palette[colour]! }
  const x = { left: margin, centre: posterWidth / 2, right: posterWidth - margin }[style.align]
  const title = letterBlock(movie.title, x, edge, from, posterWidth - 2 * margin, style)
  const by = `${inventName(random)} ${inventName(random)} - ${movie.year}`
  const beside = from === 'top' ? title.top + title.height + 9 : title.top - 14
  const billing = letterLine(by, x, beside, { ...style, size: 5.2, weight: 0.75, tracking: 4 })
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${posterWidth}" height="${posterHeight}">` +
    `${look.scene(random, palette)}${title.svg}${billing}</svg>`
  )
}

/** @returns a JPEG of 200 x 300 */
export function renderPoster(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg)).jpeg({ quality: 84 }).toBuffer()
}
