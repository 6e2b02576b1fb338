/** The pictures on the sample's posters: each draws one composition, 200 x 300, in a palette of five colours. */
import type { Random } from '../../learning/random.ts'

export const posterWidth = 200
export const posterHeight = 300

/** Background, second ground, main shape, accent, detail. */
export type Palette = readonly [string, string, string, string, string]
export type Scene = (random: Random, palette: Palette) => string

const f = (x: number): string => x.toFixed(1)
const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next()
const rect = (x: number, y: number, w: number, h: number, fill: string, rest = ''): string =>
  `<rect x="${f(x)}" y="${f(y)}" width="${f(w)}" height="${f(h)}" fill="${fill}" ${rest}/>`
const circle = (x: number, y: number, r: number, fill: string, rest = ''): string =>
  `<circle cx="${f(x)}" cy="${f(y)}" r="${f(r)}" fill="${fill}" ${rest}/>`
const path = (d: string, fill: string, rest = ''): string => `<path d="${d}" fill="${fill}" ${rest}/>`
const ground = (fill: string): string => rect(0, 0, posterWidth, posterHeight, fill)
const gradient = (top: string, bottom: string): string =>
  `<defs><linearGradient id="g" x2="0" y2="1"><stop stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/></linearGradient></defs>` +
  ground('url(#g)')

/** A silhouette from edge to edge, filled to the bottom: rolling when smooth, jagged when not. */
function horizon(random: Random, y: number, swing: number, steps: number, smooth: boolean, fill: string): string {
  const points = Array.from({ length: steps + 1 }, (_, i) => [
    (posterWidth * i) / steps,
    y + swing * (smooth ? random.next() - 0.5 : i % 2 === 0 ? random.next() * 0.5 : -random.next()),
  ])
  let d = `M0 ${f(points[0]![1]!)}`
  for (let i = 1; i < points.length; i++) {
    const [x, height] = [points[i]![0]!, points[i]![1]!]
    const before = points[i - 1]!
    const middle = (before[0]! + x) / 2
    d += smooth
      ? `C${f(middle)} ${f(before[1]!)} ${f(middle)} ${f(height)} ${f(x)} ${f(height)}`
      : `L${f(x)} ${f(height)}`
  }
  return path(`${d}V${posterHeight}H0Z`, fill)
}

/** A low sun cut into bands over dark hills. */
export const sunset: Scene = (random, [top, bottom, hills, sun, far]) => {
  const r = between(random, 46, 60)
  const [x, y] = [between(random, 70, 130), 104 + r]
  let bands = ''
  for (let i = 0; i < 6; i++)
    bands += rect(0, y + (r * (i + 0.6)) / 6.5, posterWidth, 1.5 + i * 0.9, bottom, 'opacity=".85"')
  return (
    gradient(top, bottom) +
    circle(x, y, r, sun) +
    bands +
    horizon(random, 215, 40, 3, true, far) +
    horizon(random, 240, 34, 4, true, hills)
  )
}

/** Light through blinds, and one figure of colour in the dark. */
export const blinds: Scene = (random, [dark, wall, light, accent]) => {
  const lean = between(random, 24, 60) * (random.next() < 0.5 ? 1 : -1)
  const [left, width] = [between(random, 10, 50), between(random, 90, 130)]
  let stripes = ''
  for (let y = 30; y < 205; y += 15)
    stripes += path(`M${f(left)} ${y}L${f(left + width)} ${f(y + lean)}v7L${f(left)} ${y + 7}Z`, light)
  const x = between(random, 70, 140)
  return (
    gradient(wall, dark) +
    `<g opacity=".8">${stripes}</g>` +
    path(
      `M${f(x - 34)} 300C${f(x - 34)} 220 ${f(x - 20)} 212 ${f(x - 9)} 206V190A17 20 0 1 1 ${f(x + 9)} 190V206C${f(x + 20)} 212 ${f(x + 34)} 220 ${f(x + 34)} 300Z`,
      dark,
    ) +
    rect(x - 32, 158, 64, 4, dark) +
    path(`M${f(x - 19)} 158L${f(x - 14)} 140H${f(x + 14)}L${f(x + 19)} 158Z`, dark) +
    rect(x - 18.5, 152, 37, 5, accent)
  )
}

/** Plain geometry on paper: a disc, a quarter, a bar. */
export const geometry: Scene = (random, [paper, second, main, accent, detail]) => {
  const side = between(random, 82, 90)
  const [x, y] = [18, between(random, 104, 112)]
  const cells = random.shuffle([0, 1, 2, 3])
  const shapes = [
    (a: number, b: number) => circle(a + side / 2, b + side / 2, side / 2, main),
    (a: number, b: number) =>
      path(`M${f(a)} ${f(b)}h${f(side)}a${f(side)} ${f(side)} 0 0 1 ${f(-side)} ${f(side)}Z`, accent),
    (a: number, b: number) => path(`M${f(a)} ${f(b + side)}L${f(a + side)} ${f(b)}V${f(b + side)}Z`, detail),
    (a: number, b: number) => rect(a, b, side, side, second) + circle(a + side / 2, b + side / 2, side / 5, paper),
  ]
  return (
    ground(paper) + cells.map((cell, i) => shapes[i]!(x + (cell % 2) * side, y + Math.floor(cell / 2) * side)).join('')
  )
}

/** Rings of light in deep water. */
export const rings: Scene = (random, [top, bottom, line, disc]) => {
  const [x, y] = [between(random, 60, 140), between(random, 100, 140)]
  let circles = ''
  for (let i = 9; i >= 1; i--)
    circles += circle(
      x,
      y,
      14 + i * 19,
      'none',
      `stroke="${line}" stroke-width="${f(7 - i * 0.55)}" opacity="${(0.95 - i * 0.085).toFixed(2)}"`,
    )
  return gradient(top, bottom) + circles + circle(x, y, 20, disc)
}

/** Soft hills, a cloud or two. */
export const pastel: Scene = (random, [sky, far, near, blossom, cloud]) => {
  const puff = (x: number, y: number, s: number): string =>
    circle(x, y, s, cloud) + circle(x + s, y + s * 0.2, s * 0.8, cloud) + circle(x - s, y + s * 0.3, s * 0.7, cloud)
  let trees = ''
  for (let i = 0; i < 5; i++) {
    const [x, y] = [between(random, 15, 185), between(random, 200, 235)]
    trees += rect(x - 1, y, 2, 20, near) + circle(x, y - 4, between(random, 9, 15), blossom)
  }
  return (
    ground(sky) +
    puff(between(random, 40, 80), between(random, 122, 134), 14) +
    puff(between(random, 120, 165), between(random, 140, 160), 11) +
    horizon(random, 195, 36, 3, true, far) +
    trees +
    horizon(random, 245, 26, 3, true, near)
  )
}

/** A bright grid running to the horizon. */
export const grid: Scene = (random, [sky, low, line, glow, accent]) => {
  const y = between(random, 182, 200)
  const x = between(random, 80, 120)
  let lines = ''
  for (let i = -9; i <= 9; i++) lines += `<path d="M${f(x + i * 6)} ${f(y)}L${f(x + i * 52)} 300"/>`
  for (let i = 0; i < 8; i++) lines += `<path d="M0 ${f(y + (300 - y) * (i / 8) ** 1.8)}H200"/>`
  const r = between(random, 30, 38)
  const shape =
    random.next() < 0.5
      ? circle(x, y - r - 6, r, 'none', `stroke="${glow}" stroke-width="5"`) + circle(x, y - r - 6, r * 0.62, accent)
      : path(
          `M${f(x)} ${f(y - 2 * r - 8)}l${f(r * 1.15)} ${f(r * 1.9)}h${f(-2.3 * r)}Z`,
          accent,
          `stroke="${glow}" stroke-width="5" stroke-linejoin="round"`,
        )
  return gradient(sky, low) + shape + `<g stroke="${line}" stroke-width="1.6" fill="none">${lines}</g>`
}

/** Leaves along bending stems. */
export const leaves: Scene = (random, [paper, stem, leaf, other, fruit]) => {
  let plants = ''
  for (let s = 0; s < 4; s++) {
    const x = 30 + s * 47 + between(random, -10, 10)
    const height = between(random, 130, 190)
    const bend = between(random, -0.35, 0.35)
    plants += `<path d="M${f(x)} 300Q${f(x)} ${f(300 - height / 2)} ${f(x + bend * height)} ${f(300 - height)}" fill="none" stroke="${stem}" stroke-width="3"/>`
    for (let i = 1; i <= 7; i++) {
      const t = i / 7
      const [px, py] = [x + bend * height * t * t, 300 - height * t]
      const angle = (i % 2 === 0 ? 35 : 145) + bend * 40
      plants += `<path transform="translate(${f(px)} ${f(py)})rotate(${f(-angle)})" d="M0 0Q16 -13 34 0Q16 13 0 0Z" fill="${(i + s) % 3 === 0 ? other : leaf}"/>`
    }
    plants += circle(x + bend * height, 300 - height, 7, fruit)
  }
  return ground(paper) + plants
}

/** Triangular tiles around an open middle. */
export const mosaic: Scene = (random, [base, ...tones]) => {
  const size = 33.4
  let tiles = ''
  for (let row = 0; row < 9; row++)
    for (let column = 0; column < 6; column++) {
      const [x, y] = [column * size, row * size]
      const first = tones[random.integer(tones.length)]!
      const second = tones[random.integer(tones.length)]!
      tiles +=
        random.next() < 0.5
          ? path(`M${f(x)} ${f(y)}h${size}v${size}Z`, first) + path(`M${f(x)} ${f(y)}v${size}h${size}Z`, second)
          : path(`M${f(x)} ${f(y)}h${size}L${f(x)} ${f(y + size)}Z`, first) +
            path(`M${f(x + size)} ${f(y)}v${size}H${f(x)}Z`, second)
    }
  return ground(base) + tiles + rect(17, 100, 166, 100, base)
}

/** Jagged peaks, one behind the other, under a cold moon. */
export const peaks: Scene = (random, [sky, far, middle, moon, near]) =>
  ground(sky) +
  circle(between(random, 110, 165), between(random, 108, 124), between(random, 14, 20), moon) +
  horizon(random, 180, 66, 6, false, far) +
  horizon(random, 215, 56, 8, false, middle) +
  horizon(random, 252, 44, 6, false, near)

/** A burst of rays with an emblem, as on old bills. */
export const rays: Scene = (random, [paper, ray, emblem, accent]) => {
  const [x, y] = [between(random, 88, 112), between(random, 166, 184)]
  const count = 14 + random.integer(5)
  let burst = ''
  for (let i = 0; i < count; i++) {
    const [a, b] = [(2 * Math.PI * i) / count, (2 * Math.PI * (i + 0.5)) / count]
    burst += path(
      `M${f(x)} ${f(y)}L${f(x + 280 * Math.cos(a))} ${f(y + 280 * Math.sin(a))}L${f(x + 280 * Math.cos(b))} ${f(y + 280 * Math.sin(b))}Z`,
      ray,
    )
  }
  const points = 5 + random.integer(4)
  const star = Array.from({ length: points * 2 }, (_, i) => {
    const [r, a] = [i % 2 === 0 ? 46 : 24, (Math.PI * i) / points - Math.PI / 2]
    return `${f(x + r * Math.cos(a))} ${f(y + r * Math.sin(a))}`
  })
  return ground(paper) + burst + circle(x, y, 58, emblem) + path(`M${star.join('L')}Z`, accent)
}
