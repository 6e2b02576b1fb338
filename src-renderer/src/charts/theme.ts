/** The colours of a chart, read from the CSS variables of tokens.css where the chart stands, so that light and dark follow. */

export interface ChartTheme {
  text: string
  /** Axis lines, their numbers and names. */
  axis: string
  grid: string
  surface: string
  accent: string
  font: string
  mono: string
  /** The colour-blind safe --series-1, --series-2, ... */
  series: string[]
}

/** Any CSS colour as `rgb()` or `rgba()`: the canvas understands oklch() and color-mix(), the chart library's own parser does not. */
function plainColour(context: OffscreenCanvasRenderingContext2D, colour: string): string {
  context.clearRect(0, 0, 1, 1)
  context.fillStyle = colour
  context.fillRect(0, 0, 1, 1)
  const [r = 0, g = 0, b = 0, a = 255] = context.getImageData(0, 0, 1, 1).data
  return a === 255 ? `rgb(${r}, ${g}, ${b})` : `rgba(${r}, ${g}, ${b}, ${a / 255})`
}

export function readTheme(element: Element): ChartTheme {
  const style = getComputedStyle(element)
  const context = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })
  const variable = (name: string): string => style.getPropertyValue(name).trim()
  const colour = (name: string, otherwise: string): string => {
    const value = variable(name) || otherwise
    return context ? plainColour(context, value) : value
  }
  const series: string[] = []
  while (variable(`--series-${series.length + 1}`)) series.push(colour(`--series-${series.length + 1}`, 'gray'))
  return {
    text: colour('--text', 'black'),
    axis: colour('--chart-axis', 'gray'),
    grid: colour('--chart-grid', 'lightgray'),
    surface: colour('--surface', 'white'),
    accent: colour('--accent', 'blue'),
    font: variable('--font-ui') || 'sans-serif',
    mono: variable('--font-mono') || 'monospace',
    series: series.length > 0 ? series : [colour('--accent', 'blue')],
  }
}

/** The colour of the n-th label; labels beyond the palette begin again, and `seriesDash` tells them apart. */
export function seriesColour(theme: ChartTheme, index: number): string {
  return theme.series[index % theme.series.length] ?? theme.accent
}

const dashes = ['solid', 'dashed', 'dotted'] as const

/** How the line of the n-th label is drawn: another way in each round through the palette. */
export function seriesDash(theme: ChartTheme, index: number): (typeof dashes)[number] {
  return dashes[Math.floor(index / theme.series.length) % dashes.length] ?? 'solid'
}
