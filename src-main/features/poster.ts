/**
 * The light image encoder: a fixed descriptor of a small decoded poster. Which colours it has, where light and colour lie, which way
 * edges run and where. Pure; decoding is poster-pixels.ts. The learned alternative is a pretrained convolutional network.
 */
import { okLab } from './colour.ts'

/** Posters are brought to this size first, whatever their own (width x height, the usual 2:3). */
export const posterWidth = 48
export const posterHeight = 72

/** Part of the cache key: raise it whenever the same posters would give other rows. */
export const imageEncoderVersion = 'light-image-1'

const lightnessBins = 8
const hueBins = 12
const chromaBins = 6
/** Palette: three lightnesses x (six hues and grey). */
const paletteBins = 3 * 7
/** Layout cells of 16 x 18 pixels: mean L, a, b and the contrast of L. */
const layoutColumns = 3
const layoutRows = 4
/** Edge cells of 16 x 18 pixels with eight unsigned orientations (Dalal & Triggs 2005, without overlapping blocks). */
const orientations = 8
const statistics = 7

/** Where each part starts in the descriptor. */
const at = {
  lightness: 0,
  hue: lightnessBins,
  chroma: lightnessBins + hueBins,
  palette: lightnessBins + hueBins + chromaBins,
  layout: lightnessBins + hueBins + chromaBins + paletteBins,
  edges: lightnessBins + hueBins + chromaBins + paletteBins + 4 * layoutColumns * layoutRows,
  statistics: lightnessBins + hueBins + chromaBins + paletteBins + (4 + orientations) * layoutColumns * layoutRows,
}
export const posterDim: number = at.statistics + statistics

/** Chroma from which a pixel counts as coloured; the most vivid sRGB colours reach 0.32. */
const greyBelow = 0.04
const fullChroma = 0.28

/**
 * @param rgb [posterHeight, posterWidth, 3], 0..255
 * @returns [posterDim], not yet standardised: histograms as square roots of shares (so that distances are Hellinger's), the rest as measured
 */
export function describePoster(rgb: Uint8Array): Float32Array {
  if (rgb.length !== posterWidth * posterHeight * 3)
    throw new RangeError(
      `A poster of ${rgb.length} bytes is not ${posterWidth} x ${posterHeight} RGB; decode it to that size first.`,
    )
  const lab = okLab(rgb)
  const out = new Float32Array(posterDim)
  colours(lab, out)
  layout(lab, out)
  const edgeEnergy = edges(lab, out)
  moments(lab, edgeEnergy, out)
  return out
}

function colours(lab: Float32Array, out: Float32Array): void {
  const share = 1 / (posterWidth * posterHeight)
  for (let i = 0; i < lab.length; i += 3) {
    const lightness = lab[i]!
    const chroma = Math.hypot(lab[i + 1]!, lab[i + 2]!)
    const hue = Math.atan2(lab[i + 2]!, lab[i + 1]!) / (2 * Math.PI) + 0.5 // 0..1
    split(out, at.lightness, lightnessBins, lightness, share, false)
    split(out, at.chroma, chromaBins, chroma / fullChroma, share, false)
    // A grey pixel has a hue only by noise: the hue histogram counts by chroma.
    split(out, at.hue, hueBins, hue, (share * chroma) / fullChroma, true)
    const level = Math.min(2, Math.floor(lightness * 3))
    const family = chroma < greyBelow ? 6 : Math.min(5, Math.floor(hue * 6))
    out[at.palette + level * 7 + family]! += share
  }
  for (let j = at.lightness; j < at.layout; j++) out[j] = Math.sqrt(out[j]!)
}

/** Adds `mass` at position x in 0..1, shared between the two nearest bins, so that a small change of colour is a small change here. */
function split(out: Float32Array, start: number, bins: number, x: number, mass: number, circular: boolean): void {
  const position = Math.max(0, Math.min(1, x)) * bins - 0.5
  const low = Math.floor(position)
  const upper = position - low
  const place = (bin: number): number => (circular ? (bin + bins) % bins : Math.max(0, Math.min(bins - 1, bin)))
  out[start + place(low)]! += mass * (1 - upper)
  out[start + place(low + 1)]! += mass * upper
}

function cellOf(x: number, y: number): number {
  const column = Math.floor((x * layoutColumns) / posterWidth)
  const row = Math.floor((y * layoutRows) / posterHeight)
  return row * layoutColumns + column
}

function layout(lab: Float32Array, out: Float32Array): void {
  const cells = layoutColumns * layoutRows
  const pixels = (posterWidth * posterHeight) / cells
  for (let y = 0; y < posterHeight; y++)
    for (let x = 0; x < posterWidth; x++) {
      const i = (y * posterWidth + x) * 3
      const cell = at.layout + 4 * cellOf(x, y)
      out[cell]! += lab[i]! / pixels
      out[cell + 1]! += lab[i + 1]! / pixels
      out[cell + 2]! += lab[i + 2]! / pixels
      out[cell + 3]! += lab[i]! ** 2 / pixels
    }
  for (let c = 0; c < cells; c++) {
    const cell = at.layout + 4 * c
    out[cell + 3] = Math.sqrt(Math.max(0, out[cell + 3]! - out[cell]! ** 2))
  }
}

/** Orientation histograms of the lightness gradient by cell, L2-Hys normalised over the poster. Returns the mean gradient. */
function edges(lab: Float32Array, out: Float32Array): number {
  const lightness = (x: number, y: number): number => lab[(y * posterWidth + x) * 3]!
  let energy = 0
  for (let y = 1; y < posterHeight - 1; y++)
    for (let x = 1; x < posterWidth - 1; x++) {
      const dx = lightness(x + 1, y) - lightness(x - 1, y)
      const dy = lightness(x, y + 1) - lightness(x, y - 1)
      const magnitude = Math.hypot(dx, dy)
      energy += magnitude
      const angle = Math.atan2(dy, dx) / Math.PI // unsigned: an edge has no front
      split(out, at.edges + orientations * cellOf(x, y), orientations, angle - Math.floor(angle), magnitude, true)
    }
  const part = out.subarray(at.edges, at.statistics)
  normalise(part)
  for (let j = 0; j < part.length; j++) part[j] = Math.min(part[j]!, 0.25)
  normalise(part)
  return energy / (posterWidth * posterHeight)
}

function normalise(part: Float32Array): void {
  const norm = Math.sqrt(part.reduce((sum, x) => sum + x * x, 0)) + 1e-6
  for (let j = 0; j < part.length; j++) part[j]! /= norm
}

/** Mean and deviation of lightness and chroma, colourfulness (spread of a and b), edge density, left-right symmetry of lightness. */
function moments(lab: Float32Array, edgeEnergy: number, out: Float32Array): void {
  const n = posterWidth * posterHeight
  const sum = new Float64Array(8)
  let asymmetry = 0
  for (let p = 0; p < n; p++) {
    const [lightness, a, b] = [lab[3 * p]!, lab[3 * p + 1]!, lab[3 * p + 2]!]
    const chroma = Math.hypot(a, b)
    const values = [lightness, lightness ** 2, chroma, chroma ** 2, a, a * a, b, b * b]
    for (let j = 0; j < 8; j++) sum[j]! += values[j]! / n
    const mirror = p - (p % posterWidth) + posterWidth - 1 - (p % posterWidth)
    asymmetry += Math.abs(lightness - lab[3 * mirror]!) / n
  }
  const variance = (j: number): number => Math.max(0, sum[j + 1]! - sum[j]! ** 2)
  out.set(
    [
      sum[0]!,
      Math.sqrt(variance(0)),
      sum[2]!,
      Math.sqrt(variance(2)),
      Math.sqrt(variance(4) + variance(6)),
      edgeEnergy,
      asymmetry,
    ],
    at.statistics,
  )
}
