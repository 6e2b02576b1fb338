/** One ECharts instance in an element: drawn again when its option, its size or the theme changes; disposed with the component. */
import { onBeforeUnmount, onMounted, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import { init } from './echarts.ts'
import type { ChartOption, EChartsType } from './echarts.ts'
import { readTheme } from './theme.ts'
import type { ChartTheme } from './theme.ts'

export interface UseChartReturn {
  /** The picture at twice the screen's size, as a PNG data URL; empty before the chart is mounted. */
  png: () => string
  /** The picture as SVG text; empty before the chart is mounted. */
  svg: () => string
}

/**
 * @param element where to draw
 * @param option called again whenever something reactive in it changes; `forFile` asks for the picture as it is saved, which stands alone
 */
export function useChart(
  element: Readonly<ShallowRef<HTMLElement | null>>,
  option: (theme: ChartTheme, forFile: boolean) => ChartOption,
): UseChartReturn {
  const theme = shallowRef<ChartTheme | null>(null)
  let chart: EChartsType | null = null
  const ends: (() => void)[] = []

  onMounted(() => {
    const at = element.value
    if (!at) return
    const made = init(at, null, { renderer: 'canvas' })
    chart = made
    const restyle = (): void => {
      theme.value = readTheme(at)
    }
    restyle()
    watch(
      () => theme.value && option(theme.value, false),
      (next) => next && made.setOption(next, { replaceMerge: ['series'], lazyUpdate: true }),
      { immediate: true },
    )

    const resize = new ResizeObserver(() => made.resize())
    resize.observe(at)
    const attributes = new MutationObserver(restyle)
    attributes.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    // a canvas does not draw its text again by itself when a font arrives
    void document.fonts.ready.then(() => chart && restyle())
    ends.push(
      () => resize.disconnect(),
      () => attributes.disconnect(),
      () => made.dispose(),
    )
  })
  onBeforeUnmount(() => {
    for (const end of ends) end()
    chart = null
  })

  /** Draws the picture anew beside the screen, without tooltips and with whatever it needs to stand alone. */
  function beside<T>(renderer: 'canvas' | 'svg', take: (drawn: EChartsType, theme: ChartTheme) => T): T | null {
    if (!chart || !theme.value) return null
    const size = { width: chart.getWidth(), height: chart.getHeight() }
    const drawn = init(renderer === 'canvas' ? document.createElement('div') : null, null, {
      ...{ renderer, ...size },
      ssr: renderer === 'svg',
    })
    drawn.setOption({ ...option(theme.value, true), animation: false, backgroundColor: theme.value.surface })
    const taken = take(drawn, theme.value)
    drawn.dispose()
    return taken
  }

  return {
    png: () =>
      beside('canvas', (drawn, { surface }) =>
        drawn.getDataURL({ type: 'png', pixelRatio: 2, backgroundColor: surface }),
      ) ?? '',
    svg: () => beside('svg', (drawn) => drawn.renderToSVGString()) ?? '',
  }
}
