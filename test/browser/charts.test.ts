import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { render } from 'vitest-browser-vue'
import { TooltipProvider } from 'reka-ui'
import { defineComponent, h, shallowRef, type ShallowRef } from 'vue'
import CurveChart from '@/charts/CurveChart.vue'
import type { Curve } from '@/charts/curve-option'
import IntervalBars from '@/charts/IntervalBars.vue'
import Sparkline from '@/charts/Sparkline.vue'
import '@/ui/base.css'

/** Waits long enough for a machine that does other things at once. */
const soon = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 })

const curve = (id: string, colour: number, y: number[]): Curve => ({
  id,
  label: `${id}, seed 1`,
  group: id,
  colour,
  x: y.map((_, i) => i + 1),
  y,
})
const falling = Array.from({ length: 200 }, (_, i) => 1 + 3 * Math.exp(-i / 40))
const bars = [
  { label: 'EASE', value: 0.12, low: 0.11, high: 0.13, colour: 1 },
  { label: 'Popularity', value: 0.04, low: 0.03, high: 0.05, colour: 0 },
]

async function mount(node: () => ReturnType<typeof h>): Promise<HTMLElement> {
  const frame = defineComponent(
    () => () =>
      h('div', { style: 'width: 520px; height: 300px' }, [h(TooltipProvider, null, { default: () => node() })]),
  )
  const { container } = await render(frame)
  return container as HTMLElement
}
const curves = (given: ShallowRef<Curve[]>, more = {}) =>
  mount(() => h(CurveChart, { title: 'Training loss', curves: given.value, xLabel: 'step', yLabel: 'loss', ...more }))
const drawBars = (baseline: string | null = 'EASE') =>
  mount(() =>
    h(IntervalBars, { title: 'Bars', rows: bars, valueLabel: 'NDCG@10', intervalLabel: '95 % interval', baseline }),
  )

/** How many pixels of the canvas are near a CSS colour. */
function near(canvas: HTMLCanvasElement, colour: string): number {
  const [r = 0, g = 0, b = 0] = rgb(colour)
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
  let count = 0
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3]! > 200 && Math.abs(data[i]! - r) + Math.abs(data[i + 1]! - g) + Math.abs(data[i + 2]! - b) < 40)
      count++
  }
  return count
}
function rgb(colour: string): number[] {
  const context = new OffscreenCanvas(1, 1).getContext('2d')!
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  return [...context.getImageData(0, 0, 1, 1).data]
}
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
const canvasOf = (at: HTMLElement): HTMLCanvasElement => at.querySelector('canvas')!
const labelOf = (at: HTMLElement): string => at.querySelector('[role=img]')!.getAttribute('aria-label')!

beforeEach(() => {
  document.documentElement.dataset['theme'] = 'light'
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('curves', () => {
  test('are drawn in their label’s colour, and said in words', async () => {
    const at = await curves(
      shallowRef([
        curve('Transformer', 1, falling),
        curve(
          'MF',
          2,
          falling.map((v) => v + 1),
        ),
      ]),
    )
    await soon(() => {
      expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(150)
      expect(near(canvasOf(at), token('--series-3'))).toBeGreaterThan(150)
    })
    expect(near(canvasOf(at), token('--series-4'))).toBe(0)
    expect(labelOf(at)).toContain('Training loss, loss by step, 2 curves. Transformer, seed 1: from 4 to 1.0')
  })

  test('are dashed where the palette begins again', async () => {
    const pixels = async (colour: number): Promise<number> => {
      const at = await curves(shallowRef([curve('Transformer', colour, falling)]))
      await soon(() => expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(50))
      return near(canvasOf(at), token('--series-2'))
    }
    const [solid, dashed, dotted] = [await pixels(1), await pixels(9), await pixels(17)]
    expect(dashed).toBeLessThan(solid * 0.8)
    expect(dotted).not.toBe(dashed)
  })

  test('follow points that are appended', async () => {
    const given = shallowRef([curve('Transformer', 1, falling.slice(0, 2))])
    const at = await curves(given)
    await soon(() => expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(0))
    const before = canvasOf(at).toDataURL()
    given.value = [curve('Transformer', 1, falling)]
    await soon(() => expect(canvasOf(at).toDataURL()).not.toBe(before))
    expect(labelOf(at)).toContain('at step 200')
  })

  test('say that there are no points yet', async () => {
    const at = await curves(shallowRef<Curve[]>([]))
    expect(at.textContent).toContain('No points yet.')
    expect(labelOf(at)).toBe('Training loss: no points yet.')
  })

  test('change their colours with the theme', async () => {
    const at = await curves(shallowRef([curve('Transformer', 0, falling)]))
    await soon(() => expect(near(canvasOf(at), token('--series-1'))).toBeGreaterThan(150))
    document.documentElement.dataset['theme'] = 'dark'
    await soon(() => expect(near(canvasOf(at), token('--series-1'))).toBeGreaterThan(150))
  })

  test('are averaged only on request, with the raw curve still behind', async () => {
    const noisy = falling.map((v, i) => v + (i % 2))
    const at = await curves(shallowRef([curve('Transformer', 1, noisy)]), { canSmooth: true })
    await soon(() => expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(500))
    const raw = near(canvasOf(at), token('--series-2'))
    at.querySelector<HTMLInputElement>('input[type=checkbox]')!.click()
    await soon(() => {
      const now = near(canvasOf(at), token('--series-2'))
      expect(now).toBeGreaterThan(100)
      expect(now).toBeLessThan(raw / 2)
    })
  })

  test('on a logarithmic axis leave out what has no place there', async () => {
    const at = await curves(shallowRef([curve('Transformer', 1, [1, 0.1, 0, 0.01, 0.001])]), { canLog: true })
    at.querySelector<HTMLInputElement>('input[type=checkbox]')!.click()
    await soon(() => expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(100))
  })

  test('are saved as a picture that names its labels', async () => {
    const at = await curves(shallowRef([curve('Transformer', 1, falling)]))
    await soon(() => expect(near(canvasOf(at), token('--series-2'))).toBeGreaterThan(150))
    const blobs: Blob[] = []
    vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
      blobs.push(blob as Blob)
      return 'blob:none'
    })
    const clicked: { name: string; href: string }[] = []
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      clicked.push({ name: this.download, href: this.href })
    })
    for (const format of ['SVG', 'PNG']) {
      at.querySelector<HTMLElement>('button')!.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }),
      )
      await soon(() => expect(document.querySelectorAll('.menu-item').length).toBe(2))
      const items = [...document.querySelectorAll<HTMLElement>('.menu-item')]
      items.find((item) => item.textContent?.includes(format))!.click()
      await soon(() => expect(document.querySelector('.menu-item')).toBeNull())
    }
    expect(clicked.map(({ name }) => name)).toEqual(['training-loss.svg', 'training-loss.png'])
    const svg = await blobs[0]!.text()
    expect(svg).toMatch(/^<svg/)
    expect(svg).toContain('>Transformer</text>')
    expect(clicked[1]!.href).toMatch(/^data:image\/png;base64,/)
    expect(clicked[1]!.href.length).toBeGreaterThan(5_000)
  })
})

describe('bars with intervals', () => {
  test('are drawn from zero, with whiskers, and said in words', async () => {
    const at = await drawBars()
    await soon(() => expect(canvasOf(at)).not.toBeNull())
    expect(labelOf(at)).toBe(
      'Bars: NDCG@10 with 95 % interval. EASE 0.1200, from 0.1100 to 0.1300; Popularity 0.0400, from 0.0300 to 0.0500. Baseline: EASE.',
    )
    // three quarters of the palette's colour over the surface
    const over = (name: string): string => {
      const mix = rgb(token(name)).map((v, i) => Math.round(0.75 * v + 0.25 * rgb(token('--surface'))[i]!))
      return `rgb(${mix.slice(0, 3).join(' ')})`
    }
    await soon(() => expect(opaque(canvasOf(at), over('--series-2'))).toBeGreaterThan(500))
    const [long, short] = [opaque(canvasOf(at), over('--series-2')), opaque(canvasOf(at), over('--series-1'))]
    expect(long / short).toBeGreaterThan(2.4)
    expect(long / short).toBeLessThan(3.6)
  })

  test('draw a line at the baseline only where there is one', async () => {
    const withLine = await drawBars('EASE')
    await soon(() => expect(near(canvasOf(withLine), token('--text'))).toBeGreaterThan(20))
    const first = canvasOf(withLine).toDataURL()
    const without = await drawBars(null)
    await soon(() => expect(near(canvasOf(without), token('--text'))).toBeGreaterThan(20))
    expect(canvasOf(without).toDataURL()).not.toBe(first)
    expect(labelOf(without)).not.toContain('Baseline')
  })
})

/** Like `near`, of the canvas laid over the surface. */
function opaque(canvas: HTMLCanvasElement, colour: string): number {
  const copy = document.createElement('canvas')
  copy.width = canvas.width
  copy.height = canvas.height
  const context = copy.getContext('2d')!
  context.fillStyle = token('--surface')
  context.fillRect(0, 0, copy.width, copy.height)
  context.drawImage(canvas, 0, 0)
  return near(copy, colour)
}

test('a sparkline is a path within its box', async () => {
  const at = await mount(() => h(Sparkline, { x: [1, 2, 3], y: [5, 1, 3], label: 'Course of the learning rate' }))
  expect(at.querySelector('path')!.getAttribute('d')).toBe('M1.5 1.5L44.0 16.5L86.5 9.0')
  expect(at.querySelector('svg')!.getAttribute('aria-label')).toBe('Course of the learning rate')
})
