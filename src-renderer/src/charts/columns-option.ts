/** The ECharts option of vertical columns, one or several series side by side: pure, from the data and the theme. */
import type { ChartOption } from './echarts.ts'
import { formatTick, formatValue } from './format.ts'
import { seriesColour } from './theme.ts'
import type { ChartTheme } from './theme.ts'
import { tooltipContent } from './tooltip.ts'

export interface ColumnsData {
  /** One a column: '1', '2', '3–4', ... */
  labels: readonly string[]
  series: readonly { name: string; values: readonly number[] }[]
}

export interface ColumnsStyle {
  xLabel: string
  yLabel: string
  /** Counts over several powers of ten are told apart on a log axis only; columns of 0 are left out. */
  logarithmic: boolean
  /** Highest value of the y axis; null = what the data need. */
  max: number | null
}

export function columnsOption(data: ColumnsData, style: ColumnsStyle, theme: ChartTheme): ChartOption {
  const text = { color: theme.axis, fontFamily: theme.font, fontSize: 11 }
  const numbers = { color: theme.axis, fontFamily: theme.mono, fontSize: 10 }
  return {
    animation: false,
    grid: { left: 46, right: 8, top: data.series.length > 1 ? 24 : 8, bottom: 36 },
    legend: {
      show: data.series.length > 1,
      top: 0,
      right: 0,
      itemWidth: 10,
      itemHeight: 8,
      textStyle: { ...text, color: theme.text },
    },
    xAxis: {
      type: 'category',
      data: [...data.labels],
      name: style.xLabel,
      nameLocation: 'middle',
      nameGap: 22,
      nameTextStyle: text,
      axisLabel: { ...numbers, hideOverlap: true },
      axisLine: { lineStyle: { color: theme.grid } },
      axisTick: { show: false },
    },
    yAxis: {
      type: style.logarithmic ? 'log' : 'value',
      min: style.logarithmic ? 0.7 : 0,
      ...(style.max === null ? {} : { max: style.max, interval: style.max / 4 }),
      axisLabel: {
        ...numbers,
        formatter: (value: number) => (value < 1 && style.logarithmic ? '' : formatTick(value)),
      },
      splitLine: { lineStyle: { color: theme.grid } },
      splitNumber: 4,
    },
    tooltip: {
      trigger: 'axis',
      confine: true,
      className: 'chart-tip',
      transitionDuration: 0,
      axisPointer: { type: 'shadow', shadowStyle: { color: theme.grid, opacity: 0.5 } },
      formatter: (given) => {
        const index = (Array.isArray(given) ? given[0] : given)?.dataIndex ?? -1
        return tooltipContent(
          `${style.xLabel}: ${data.labels[index] ?? ''}`,
          data.series.map(({ name, values }, s) => ({
            colour: seriesColour(theme, s),
            label: data.series.length > 1 ? name : style.yLabel,
            value: inFull(values[index] ?? 0),
          })),
        )
      },
    },
    series: data.series.map(({ name, values }, s) => ({
      type: 'bar',
      name,
      data: values.map((value) => (style.logarithmic && value === 0 ? null : value)),
      barCategoryGap: data.labels.length > 60 ? '0%' : '18%',
      barGap: '8%',
      itemStyle: { color: seriesColour(theme, s), opacity: 0.85 },
    })),
  }
}

/** Counts are read to the last digit. */
function inFull(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : formatValue(value)
}

/** The chart in words, for those who do not see it. */
export function describeColumns(title: string, { labels, series }: ColumnsData, style: ColumnsStyle): string {
  const parts = series.map(({ name, values }) => {
    const highest = values.reduce((best, value, i) => (value > (values[best] ?? 0) ? i : best), 0)
    return `${name}: highest at ${labels[highest] ?? 'none'} with ${inFull(values[highest] ?? 0)}`
  })
  return `${title}: ${style.yLabel} by ${style.xLabel}. ${parts.join('; ')}.`
}
