/**
 * One image becomes one small JPEG: at most 160 x 240 pixels, upright, on white where it is transparent. What an image is, its first bytes
 * say, not its name; only JPEG, PNG and WebP get as far as a decoder, and no larger than the limits here.
 */
import sharp from 'sharp'

const width = 160
const height = 240
const quality = 82
/** A film poster as the sources offer it has at most 2000 x 3000 pixels and 2 MB. */
export const maxImageBytes = 32e6
export const maxImagePixels = 25e6
/** A decoder that has not ended by then is given up. */
const decodeSeconds = 20

// one thread an image: several are in flight, and a pool within each only makes them wait for one another
sharp.concurrency(1)
// nothing is decoded twice
sharp.cache(false)

export type ImageFormat = 'JPEG' | 'PNG' | 'WebP'
export type Shrunk = { jpeg: Uint8Array; format: ImageFormat } | { jpeg: null; reason: string; detail: string }

export const tooLarge = `image file of more than ${maxImageBytes / 1e6} MB`

/** Never throws: an image that cannot be used comes back with the reason. */
export async function shrinkImage(bytes: Uint8Array): Promise<Shrunk> {
  if (bytes.length === 0) return unusable('empty image file', '')
  if (bytes.length > maxImageBytes) return unusable(tooLarge, `${bytes.length} bytes`)
  const format = formatOf(bytes)
  if (format === null) return unusable('not a JPEG, PNG or WebP image', '')
  try {
    // 'error', not 'warning': decoders warn of odd but whole files too
    const jpeg = await sharp(bytes, { limitInputPixels: maxImagePixels, failOn: 'error', sequentialRead: true })
      .timeout({ seconds: decodeSeconds })
      .rotate()
      .resize(width, height, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .jpeg({ quality })
      .toBuffer()
    return { jpeg, format }
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    if (/pixel limit/i.test(detail)) return unusable(`image of more than ${maxImagePixels / 1e6} megapixels`, '')
    return unusable('broken image', detail)
  }
}

function unusable(reason: string, detail: string): Shrunk {
  return { jpeg: null, reason, detail }
}

/** By the first bytes; null: something else. */
export function formatOf(bytes: Uint8Array): ImageFormat | null {
  const starts = (at: number, ...values: number[]): boolean => values.every((value, i) => bytes[at + i] === value)
  if (starts(0, 0xff, 0xd8, 0xff)) return 'JPEG'
  if (starts(0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'PNG'
  if (starts(0, 0x52, 0x49, 0x46, 0x46) && starts(8, 0x57, 0x45, 0x42, 0x50)) return 'WebP'
  return null
}

/** What a name's ending promises. */
export function promisedFormat(name: string): ImageFormat | null {
  const ending = /\.(jpe?g|png|webp)$/i.exec(name)?.[1]?.toLowerCase()
  if (ending === undefined) return null
  return ending === 'png' ? 'PNG' : ending === 'webp' ? 'WebP' : 'JPEG'
}
