/** Poster files to the small RGB pictures that poster.ts describes. The only place here that decodes images (through sharp). */
import sharp from 'sharp'
import { posterHeight, posterWidth } from './poster.ts'

/**
 * @param file JPEG, PNG or WebP
 * @returns [posterHeight, posterWidth, 3], 0..255, stretched to fill; null when the file cannot be decoded (then the poster counts as missing)
 */
export async function posterPixels(file: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await sharp(file, { failOn: 'error' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(posterWidth, posterHeight, { fit: 'fill', kernel: 'cubic' })
      .removeAlpha()
      .raw()
      .toBuffer()
  } catch {
    return null // counted by the caller as missing: one bad picture must not stop an experiment
  }
}
