/** The ECharts option of horizontal bars with interval whiskers and a line at the baseline: pure, from the rows and the theme. */
import type { ChartOption, CustomSeriesOption } from './echarts.ts'
import { formatTick, formatValue } from './format.ts'
import { seriesColour } from './theme.ts'
import type { ChartTheme } from './theme.ts'
import { tooltipContent } from './tooltip.ts'

export interface IntervalBar {
  label: string
  value: number
  low: number
  high: number
  /** An index into the palette. */
  colour: number
}

export interface BarsStyle {
  valueLabel: string
  /** What the whiskers are: '95 % interval over users'. */
  intervalLabel: string
  /** The bar whose value is drawn as a line through all others. */
  baseline: string | null
}

const barHeight = 12
const labelWidth = 150

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>

export function barsOption(rows: IntervalBar[], style: BarsStyle, theme: ChartTheme): ChartOption {
  const base = rows.find((row) => row.label === style.baseline)
  const longest = Math.max(0, ...rows.map((row) => row.label.length))
  const left = Math.min(labelWidth, Math.ceil(longest * 6.6)) + 14
  return {
    animation: false,
    grid: { left, right: 20, top: 6, bottom: 36 },
    xAxis: {
      type: 'value',
      min: 0,
      name: style.valueLabel,
      nameLocation: 'middle',
      nameGap: 22,
      nameTextStyle: { color: theme.axis, fontFamily: theme.font, fontSize: 11 },
      axisLabel: { color: theme.axis, fontFamily: theme.mono, fontSize: 11, formatter: formatTick, hideOverlap: true },
      splitLine: { lineStyle: { color: theme.grid } },
      splitNumber: 4,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: rows.map((row) => row.label),
      axisLabel: {
        color: theme.text,
        fontFamily: theme.font,
        fontSize: 12,
        width: labelWidth,
        overflow: 'truncate',
        interval: 0,
      },
      axisLine: { lineStyle: { color: theme.grid } },
      axisTick: { show: false },
    },
    tooltip: {
      trigger: 'item',
      confine: true,
      className: 'chart-tip',
      transitionDuration: 0,
      formatter: (given) => {
        const row = rows[(Array.isArray(given) ? given[0] : given)?.dataIndex ?? -1]
        if (!row) return ''
        const colour = seriesColour(theme, row.colour)
        return tooltipContent(row.label, [
          { colour, label: style.valueLabel, value: formatValue(row.value) },
          { colour, label: style.intervalLabel, value: `${formatValue(row.low)} – ${formatValue(row.high)}` },
        ])
      },
    },
    series: [
      {
        type: 'custom',
        renderItem: barAndWhisker(rows, theme),
        dimensions: ['value', 'row', 'low', 'high'],
        encode: { x: ['value', 'low', 'high'], y: 'row' },
        data: rows.map((row, index) => [row.value, index, row.low, row.high]),
        markLine: base
          ? {
              silent: true,
              precision: 12,
              symbol: 'none',
              label: { show: false },
              lineStyle: { color: theme.text, type: 'dashed', width: 1, opacity: 0.7 },
              data: [{ xAxis: base.value }],
            }
          : undefined,
      },
    ],
  }
}

function barAndWhisker(rows: IntervalBar[], theme: ChartTheme): RenderItem {
  return (params, api) => {
    const row = rows[params.dataIndex]
    if (!row) return undefined
    const at = (value: number): number => api.coord([value, params.dataIndex])[0] ?? 0
    const y = api.coord([0, params.dataIndex])[1] ?? 0
    const [zero, end, low, high] = [at(0), at(row.value), at(row.low), at(row.high)]
    const colour = seriesColour(theme, row.colour)
    const stroke = { stroke: theme.text, lineWidth: 1.2, fill: undefined }
    const line = (x1: number, y1: number, x2: number, y2: number) =>
      ({ type: 'line', shape: { x1, y1, x2, y2 }, style: stroke }) as const
    return {
      type: 'group',
      children: [
        {
          type: 'rect',
          shape: { x: Math.min(zero, end), y: y - barHeight / 2, width: Math.abs(end - zero), height: barHeight },
          style: { fill: colour, opacity: 0.75 },
        },
        line(low, y, high, y),
        line(low, y - 4, low, y + 4),
        line(high, y - 4, high, y + 4),
      ],
    }
  }
}

/** The chart in words, for those who do not see it. */
export function describeBars(title: string, rows: IntervalBar[], style: BarsStyle): string {
  const parts = rows.map(
    (row) => `${row.label} ${formatValue(row.value)}, from ${formatValue(row.low)} to ${formatValue(row.high)}`,
  )
  const line = style.baseline === null ? '' : ` Baseline: ${style.baseline}.`
  return `${title}: ${style.valueLabel} with ${style.intervalLabel}. ${parts.join('; ')}.${line}`
}
