/** The ECharts option of a chart of curves: pure, from the curves and the theme. */
import type { ChartOption, LineSeriesOption } from './echarts.ts'
import { formatTick, formatValue } from './format.ts'
import { debiasedEma } from './smoothing.ts'
import { seriesColour, seriesDash } from './theme.ts'
import type { ChartTheme } from './theme.ts'
import { tooltipContent } from './tooltip.ts'

export interface Curve {
  id: string
  /** 'Transformer, seed 1' */
  label: string
  /** 'Transformer': what the legend of a saved picture names. */
  group: string
  /** Curves of one label share a colour: an index into the palette. */
  colour: number
  /** [n], ascending */
  x: ArrayLike<number>
  /** [n] */
  y: ArrayLike<number>
  /** An x to mark with a ring, for example the best epoch. */
  mark?: number | null
}

export interface CurveStyle {
  xLabel: string
  yLabel: string
  logY: boolean
  /** Weight of the moving average, 0 = off; the raw curve stays visible behind it. */
  smoothing: number
}

const rowsInTooltip = 12
/** A raw curve of more points than this is drawn thin, so that its noise does not become an area. */
const densePoints = 300
const raw = 'raw:'

/** @param legend for pictures that leave the screen: names the groups above the curves */
export function curveOption(curves: Curve[], style: CurveStyle, theme: ChartTheme, legend = false): ChartOption {
  const axis = {
    nameLocation: 'middle' as const,
    nameTextStyle: { color: theme.axis, fontFamily: theme.font, fontSize: 11 },
    axisLabel: { color: theme.axis, fontFamily: theme.mono, fontSize: 11, formatter: formatTick, hideOverlap: true },
    axisLine: { show: true, lineStyle: { color: theme.grid } },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.grid } },
  }
  return {
    animation: false,
    grid: { left: 52, right: 14, top: legend ? 34 : 10, bottom: 38 },
    legend: legendOf(curves, theme, legend),
    // steps and epochs are whole numbers from 1 on; a first point has a place to be
    xAxis: {
      ...axis,
      type: 'value',
      name: style.xLabel,
      nameGap: 22,
      min: 1,
      max: ({ max }) => Math.max(2, max),
      minInterval: 1,
      splitNumber: 6,
    },
    yAxis: {
      ...axis,
      type: style.logY ? 'log' : 'value',
      name: style.yLabel,
      nameGap: 40,
      nameRotate: 90,
      scale: true,
      splitNumber: 4,
      minorSplitLine: { show: false },
    },
    tooltip: tooltip(curves, style, theme),
    series: curves.flatMap((curve) => lines(curve, style, theme)),
  }
}

function legendOf(curves: Curve[], theme: ChartTheme, show: boolean): ChartOption['legend'] {
  return {
    show,
    top: 4,
    itemWidth: 20, // a piece of the line, with its dashes
    itemStyle: { opacity: 0 },
    textStyle: { color: theme.text, fontFamily: theme.font, fontSize: 12 },
    data: [...new Set(curves.map((curve) => curve.group))],
  }
}

function lines(curve: Curve, style: CurveStyle, theme: ChartTheme): LineSeriesOption[] {
  const colour = seriesColour(theme, curve.colour)
  const type = seriesDash(theme, curve.colour)
  const smoothed = style.smoothing > 0
  const dense = curve.x.length > densePoints
  const line = (id: string, y: ArrayLike<number>, opacity: number): LineSeriesOption => ({
    id,
    name: curve.group,
    type: 'line',
    data: points(curve.x, y, style.logY),
    showSymbol: curve.x.length === 1,
    symbol: 'circle',
    symbolSize: 5,
    // keeps the lowest and the highest value of every pixel column, so that no spike is lost
    sampling: 'minmax',
    lineStyle: { color: colour, type, width: opacity < 1 || (dense && !smoothed) ? 1 : 1.6, opacity },
    itemStyle: { color: colour, opacity },
    emphasis: { disabled: true },
    silent: opacity < 1,
    z: opacity < 1 ? 1 : 2,
  })
  const front = line(curve.id, smoothed ? debiasedEma(curve.y, style.smoothing) : curve.y, 1)
  const ring = markAt(curve)
  const all = smoothed ? [line(raw + curve.id, curve.y, 0.28), front] : [front]
  if (ring) {
    all.push({
      ...line(`${raw}mark:${curve.id}`, [], 1),
      data: [ring],
      showSymbol: true,
      symbolSize: 8,
      itemStyle: { color: theme.surface, borderColor: colour, borderWidth: 2 },
      z: 3,
    })
  }
  return all
}

function points(x: ArrayLike<number>, y: ArrayLike<number>, logY: boolean): [number, number | null][] {
  const out: [number, number | null][] = []
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!
    // a logarithmic axis has no place for zero: the line is broken there, not bent
    out.push([x[i]!, Number.isFinite(value) && !(logY && value <= 0) ? value : null])
  }
  return out
}

function markAt(curve: Curve): [number, number] | null {
  if (curve.mark === null || curve.mark === undefined) return null
  for (let i = 0; i < curve.x.length; i++) if (curve.x[i] === curve.mark) return [curve.mark, curve.y[i]!]
  return null
}

function tooltip(curves: Curve[], style: CurveStyle, theme: ChartTheme): ChartOption['tooltip'] {
  const byId = new Map(curves.map((curve) => [curve.id, curve]))
  return {
    trigger: 'axis',
    confine: true,
    className: 'chart-tip',
    transitionDuration: 0,
    axisPointer: { type: 'line', lineStyle: { color: theme.axis, type: 'dashed' } },
    formatter: (given) => {
      const found: { curve: Curve; x: number; y: number }[] = []
      for (const item of Array.isArray(given) ? given : [given]) {
        const curve = byId.get(item.seriesId ?? '')
        const [x, y] = Array.isArray(item.value) ? item.value : []
        if (curve && typeof x === 'number' && typeof y === 'number') found.push({ curve, x, y })
      }
      found.sort((a, b) => b.y - a.y)
      const [first] = found
      if (!first) return ''
      const rows = found.slice(0, rowsInTooltip).map(({ curve, y }) => ({
        colour: seriesColour(theme, curve.colour),
        label: curve.label,
        value: formatValue(y),
      }))
      const average = style.smoothing > 0 ? ', moving average' : ''
      const heading = `${style.xLabel} ${first.x.toLocaleString('en-US')}${average}`
      return tooltipContent(heading, rows, found.length - rows.length)
    },
  }
}

/** The chart in words, for those who do not see it. */
export function describeCurves(title: string, curves: Curve[], style: CurveStyle): string {
  const drawn = curves.filter((curve) => curve.x.length > 0)
  if (drawn.length === 0) return `${title}: no points yet.`
  const sentences = drawn.slice(0, 6).map((curve) => {
    const values = Array.from(curve.y).filter(Number.isFinite)
    const from = formatValue(values[0] ?? NaN)
    const to = formatValue(values.at(-1) ?? NaN)
    const low = formatValue(values.reduce((a, b) => Math.min(a, b), Infinity))
    const high = formatValue(values.reduce((a, b) => Math.max(a, b), -Infinity))
    const end = curve.x[curve.x.length - 1]!.toLocaleString('en-US')
    return `${curve.label}: from ${from} to ${to} at ${style.xLabel} ${end}, lowest ${low}, highest ${high}.`
  })
  const rest = drawn.length > 6 ? ` And ${drawn.length - 6} more.` : ''
  const count = drawn.length === 1 ? 'one curve' : `${drawn.length} curves`
  return `${title}, ${style.yLabel} by ${style.xLabel}, ${count}. ${sentences.join(' ')}${rest}`
}
