/**
 * A small monoline display alphabet for the sample's posters: strokes instead of a font, so that a poster looks the same wherever it is
 * drawn. Capitals and digits, 10 units high, the baseline at y = 10.
 */

/** Advance width and stroke path of each letter. */
const strokes: Record<string, [width: number, path: string]> = {
  A: [6.4, 'M0 10L3.2 0L6.4 10M1.2 6.6H5.2'],
  B: [5.6, 'M0 0V10H2.9A2.7 2.7 0 0 0 2.9 4.6H0M2.7 4.6A2.3 2.3 0 0 0 2.7 0H0'],
  C: [6, 'M6 2.4A3 3 0 0 0 0 3V7A3 3 0 0 0 6 7.6'],
  D: [6, 'M0 0V10H2A4 4 0 0 0 6 6V4A4 4 0 0 0 2 0Z'],
  E: [4.8, 'M4.8 0H0V10H4.8M0 4.8H4'],
  F: [4.6, 'M4.6 0H0V10M0 4.8H3.8'],
  G: [6, 'M6 2.4A3 3 0 0 0 0 3V7A3 3 0 0 0 6 7V5.4H3.6'],
  H: [6, 'M0 0V10M6 0V10M0 4.8H6'],
  I: [0, 'M0 0V10'],
  J: [4, 'M4 0V7.6A2 2.4 0 0 1 0 7.6'],
  K: [5.4, 'M0 0V10M5.2 0L0 6M1.9 4.1L5.4 10'],
  L: [4.4, 'M0 0V10H4.4'],
  M: [7.6, 'M0 10V0L3.8 6.4L7.6 0V10'],
  N: [6, 'M0 10V0L6 10V0'],
  O: [6.4, 'M3.2 0A3.2 3.2 0 0 1 6.4 3.2V6.8A3.2 3.2 0 0 1 0 6.8V3.2A3.2 3.2 0 0 1 3.2 0Z'],
  P: [5.4, 'M0 10V0H2.7A2.7 2.7 0 0 1 2.7 5.4H0'],
  Q: [6.4, 'M3.2 0A3.2 3.2 0 0 1 6.4 3.2V6.8A3.2 3.2 0 0 1 0 6.8V3.2A3.2 3.2 0 0 1 3.2 0ZM4 7L6.6 10.4'],
  R: [5.6, 'M0 10V0H2.7A2.7 2.7 0 0 1 2.7 5.4H0M2.6 5.4L5.6 10'],
  S: [
    5.4,
    'M5.2 1.9C4.6 0.6 3.7 0 2.7 0C1.2 0 .2 1 .2 2.5C.2 5.4 5.4 4.5 5.4 7.4C5.4 9 4.2 10 2.7 10C1.4 10 .5 9.3 0 8',
  ],
  T: [5.6, 'M0 0H5.6M2.8 0V10'],
  U: [6, 'M0 0V7A3 3 0 0 0 6 7V0'],
  V: [6.2, 'M0 0L3.1 10L6.2 0'],
  W: [9, 'M0 0L2.25 10L4.5 2L6.75 10L9 0'],
  X: [6, 'M0 0L6 10M6 0L0 10'],
  Y: [6, 'M0 0L3 5L6 0M3 5V10'],
  Z: [5.6, 'M0 0H5.6L0 10H5.6'],
  0: [6, 'M3 0A3 3 0 0 1 6 3V7A3 3 0 0 1 0 7V3A3 3 0 0 1 3 0Z'],
  1: [2.4, 'M0 2.2L2.4 0V10'],
  2: [5.4, 'M.2 2.6A2.6 2.6 0 0 1 5.3 3C5.3 5.4 1.4 7.4 0 10H5.4'],
  3: [5.4, 'M.3 0H5.2L2.4 3.9A3 3 0 1 1 0 8.6'],
  4: [5.8, 'M4.4 10V0L0 7.4H5.8'],
  5: [5.4, 'M5 0H.8L.5 4.6A3 3 0 1 1 0 8.8'],
  6: [5.8, 'M4.4 0L.7 5.4A2.9 2.9 0 1 0 2.9 4.2'],
  7: [5.2, 'M0 0H5.2L1.6 10'],
  8: [5.6, 'M2.8 4.7A2.35 2.35 0 1 0 2.79 4.7A2.7 2.65 0 1 0 2.81 4.7'],
  9: [5.8, 'M1.4 10L5.1 4.6A2.9 2.9 0 1 0 2.9 5.8'],
  '’': [0.4, 'M.4 0L0 2.4'],
  '-': [3, 'M0 5.4H3'],
}
const wordSpace = 3.4

export interface Lettering {
  /** Cap height in pixels. */
  size: number
  /** Stroke width in pixels. */
  weight: number
  /** Space between letters, in units of a tenth of the cap height. */
  tracking: number
  colour: string
  align: 'left' | 'centre' | 'right'
  round?: boolean
}

/** Width of a line in units of a tenth of the cap height. */
function unitsOf(line: string, tracking: number): number {
  let units = 0
  for (const letter of line) units += (strokes[letter]?.[0] ?? wordSpace - tracking) + tracking
  return Math.max(0, units - tracking)
}

/** One line as an SVG element; x is the left end, the middle or the right end according to `align`. */
export function letterLine(line: string, x: number, top: number, style: Lettering): string {
  const capitals = line.toUpperCase()
  const scale = style.size / 10
  const width = unitsOf(capitals, style.tracking)
  const start = style.align === 'left' ? 0 : style.align === 'centre' ? -width / 2 : -width
  let at = start
  let glyphs = ''
  for (const letter of capitals) {
    const [advance, path] = strokes[letter] ?? [wordSpace - style.tracking, '']
    if (path) glyphs += `<path transform="translate(${at.toFixed(1)})" d="${path}"/>`
    at += advance + style.tracking
  }
  const caps = style.round ? 'stroke-linecap="round" stroke-linejoin="round"' : 'stroke-linejoin="bevel"'
  return (
    `<g transform="translate(${x.toFixed(1)} ${top.toFixed(1)})scale(${scale.toFixed(3)})" fill="none" ` +
    `stroke="${style.colour}" stroke-width="${(style.weight / scale).toFixed(2)}" ${caps}>${glyphs}</g>`
  )
}

/**
 * A title in at most two lines where that is possible without going below 60 % of `size`.
 * @param edge top of the first line, or baseline of the last where `from` is 'bottom'
 * @returns the lines, and the space they take
 */
export function letterBlock(
  text: string,
  x: number,
  edge: number,
  from: 'top' | 'bottom',
  width: number,
  style: Lettering,
): { svg: string; top: number; height: number } {
  const capitals = text.toUpperCase()
  let size = style.size
  let lines = breakLines(capitals, (width / size) * 10, style.tracking)
  while (lines.length > 2 && size > 0.6 * style.size) {
    size *= 0.94
    lines = breakLines(capitals, (width / size) * 10, style.tracking)
  }
  const widest = Math.max(...lines.map((line) => unitsOf(line, style.tracking)))
  size = Math.min(size, (width / widest) * 10)
  const fitted = { ...style, size, weight: (style.weight * size) / style.size }
  const step = size * 1.5
  const height = (lines.length - 1) * step + size
  const top = from === 'top' ? edge : edge - height
  return { svg: lines.map((line, i) => letterLine(line, x, top + i * step, fitted)).join(''), top, height }
}

/** As few lines as hold the words; a word longer than the width stands alone and is shrunk. */
function breakLines(text: string, units: number, tracking: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && unitsOf(`${last} ${word}`, tracking) <= units) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
