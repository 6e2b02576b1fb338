/** Hands a chart to the person as a file, by the page's ordinary download. */
export type PictureFormat = 'png' | 'svg'

/** A file name from a title: letters, digits and dashes. */
export function fileName(title: string, format: PictureFormat): string {
  const words = title.toLowerCase().replaceAll('@', '-at-')
  return `${words.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-+|-+$/g, '') || 'chart'}.${format}`
}

/** @param content a data URL (png) or the text of the file (svg) */
export function savePicture(title: string, format: PictureFormat, content: string): void {
  const address =
    format === 'png' ? content : URL.createObjectURL(new Blob([content], { type: 'image/svg+xml;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName(title, format)
  link.click()
  if (format === 'svg') URL.revokeObjectURL(address)
}
