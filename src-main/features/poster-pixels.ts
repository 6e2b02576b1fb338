/** Poster files to small RGB pictures. The only place here that decodes images (through sharp). */
import sharp from 'sharp'
import { posterHeight, posterWidth } from './poster.ts'

/**
 * @param file JPEG, PNG or WebP
 * @param size of the picture; by default what poster.ts describes
 * @returns [height, width, 3], 0..255, stretched to fill; null when the file cannot be decoded (then the poster counts as missing)
 */
export async function posterPixels(
  file: Uint8Array,
  { width, height } = { width: posterWidth, height: posterHeight },
): Promise<Uint8Array | null> {
  try {
    return await sharp(file, { failOn: 'error' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .resize(width, height, { fit: 'fill', kernel: 'cubic' })
      .removeAlpha()
      .raw()
      .toBuffer()
  } catch {
    return null // counted by the caller as missing: one bad picture must not stop an experiment
  }
}
