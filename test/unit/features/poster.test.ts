import sharp from 'sharp'
import { expect, test } from 'vitest'
import { okLab } from '../../../src-main/features/colour.ts'
import { posterPixels } from '../../../src-main/features/poster-pixels.ts'
import { describePoster, posterDim, posterHeight, posterWidth } from '../../../src-main/features/poster.ts'
import { scaleRows, standardiseColumns } from '../../../src-main/features/scaling.ts'

/** A poster from a colour by place. */
function draw(colour: (x: number, y: number) => [number, number, number]): Uint8Array {
  const rgb = new Uint8Array(posterWidth * posterHeight * 3)
  for (let y = 0; y < posterHeight; y++)
    for (let x = 0; x < posterWidth; x++) rgb.set(colour(x, y), 3 * (y * posterWidth + x))
  return rgb
}
function distance(a: Float32Array, b: Float32Array): number {
  return Math.hypot(...a.map((x, j) => x - b[j]!))
}

// Reference values from the page that defines OKLab (rounded there to three or four digits).
test.each([
  ['white', [255, 255, 255], [1, 0, 0]],
  ['black', [0, 0, 0], [0, 0, 0]],
  ['red', [255, 0, 0], [0.628, 0.2249, 0.1258]],
  ['green', [0, 255, 0], [0.8664, -0.2339, 0.1795]],
  ['blue', [0, 0, 255], [0.452, -0.0325, -0.3115]],
])('OKLab of %s', (_, rgb, expected) => {
  const lab = okLab(Uint8Array.from(rgb))
  expected.forEach((value, j) => expect(lab[j]!).toBeCloseTo(value, 3))
})

test('A plain poster has its colour in the histograms, no contrast, no edges', () => {
  const d = describePoster(draw(() => [0, 0, 0]))
  expect(d).toHaveLength(posterDim)
  expect(posterDim).toBe(198)
  expect(d[0]!).toBeCloseTo(1, 4) // all in the darkest bin
  expect(Math.hypot(...d.subarray(1, 8))).toBe(0)
  expect(Math.hypot(...d.subarray(47))).toBeCloseTo(0, 3) // layout, edges, statistics
})

test('Histograms are shares: each sums to one as squares', () => {
  const d = describePoster(draw((x, y) => [x * 5, y * 3, 128]))
  const squares = (from: number, to: number): number => d.subarray(from, to).reduce((s, v) => s + v * v, 0)
  expect(squares(0, 8)).toBeCloseTo(1, 4)
  expect(squares(20, 26)).toBeCloseTo(1, 4)
  expect(squares(26, 47)).toBeCloseTo(1, 4)
})

test('Edges are told by their direction', () => {
  const upright = describePoster(draw((x) => (x % 8 < 4 ? [255, 255, 255] : [0, 0, 0])))
  const level = describePoster(draw((_, y) => (y % 8 < 4 ? [255, 255, 255] : [0, 0, 0])))
  // The first cell's eight orientations: a vertical edge has a horizontal gradient (shared by the bins beside 0), a horizontal one the middle.
  const [a, b] = [upright.subarray(95, 103), level.subarray(95, 103)]
  expect(a[0]! + a[7]!).toBeGreaterThan(10 * (a[3]! + a[4]!))
  expect(b[3]! + b[4]!).toBeGreaterThan(10 * (b[0]! + b[7]!))
})

test('A small change of colour is a small change of the descriptor, another palette a large one', () => {
  const base = describePoster(draw(() => [180, 60, 40]))
  const near = describePoster(draw(() => [183, 62, 41]))
  const far = describePoster(draw(() => [30, 60, 170]))
  expect(distance(base, near)).toBeLessThan(0.1 * distance(base, far))
})

test('A mirrored poster keeps its colours and its symmetry', () => {
  const picture = (x: number, y: number): [number, number, number] => [x * 5, y * 3, (x * y) % 255]
  const d = describePoster(draw(picture))
  const m = describePoster(draw((x, y) => picture(posterWidth - 1 - x, y)))
  expect(distance(d.subarray(0, 47), m.subarray(0, 47))).toBeLessThan(1e-4)
  expect(m[posterDim - 1]!).toBeCloseTo(d[posterDim - 1]!, 4)
})

test('Another size is refused', () => {
  expect(() => describePoster(new Uint8Array(12))).toThrow('A poster of 12 bytes is not 48 x 72 RGB')
})

test('JPEG, PNG with alpha, WebP and grey pictures decode to the fixed size; other bytes do not', async () => {
  const red = sharp({ create: { width: 20, height: 30, channels: 3, background: '#ff0000' } })
  for (const file of [
    await red.clone().jpeg().toBuffer(),
    await red.clone().webp({ lossless: true }).toBuffer(),
    await red.clone().ensureAlpha(0.5).png().toBuffer(),
    await red.clone().greyscale().toColourspace('b-w').png().toBuffer(),
  ])
    expect(await posterPixels(file)).toHaveLength(posterWidth * posterHeight * 3)
  const pixels = await posterPixels(await red.png().toBuffer())
  expect([...pixels!.subarray(0, 3)]).toEqual([255, 0, 0])
  expect(await posterPixels(Buffer.from('no picture'))).toBeNull()
  expect(await posterPixels((await red.jpeg().toBuffer()).subarray(0, 200))).toBeNull()
})

test('Scaled rows are centred with mean squared norm = columns; angles to the mean stay', () => {
  const rows = scaleRows(Float64Array.of(1, 10, 3, 10, 2, 13), 3, 2)
  expect(rows[0]! + rows[2]! + rows[4]!).toBeCloseTo(0, 6)
  expect(rows.reduce((s, x) => s + x * x, 0) / 3).toBeCloseTo(2, 5)
  expect(rows[0]! / rows[1]!).toBeCloseTo(-1 / -1, 5)
})

test('Standardised columns look at present rows only, are cut, and a constant column is zero', () => {
  const x = Float32Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? (i === 0 ? 100 : i / 2) : 7))
  const present = new Uint8Array(20).fill(1)
  present[5] = 0
  const rows = standardiseColumns(x, 20, 2, present, 4)
  expect([rows[10], rows[11]]).toEqual([0, 0])
  expect(rows[0]).toBe(4)
  expect(rows.filter((_, i) => i % 2 === 1).every((v) => v === 0)).toBe(true)
})
