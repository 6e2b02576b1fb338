/** The parts of ECharts that Crossreel draws with, and nothing else. Canvas on the screen, SVG for files. */
import { BarChart, CustomChart, LineChart } from 'echarts/charts'
import type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from 'echarts/charts'
import { GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from 'echarts/components'
import type {
  GridComponentOption,
  LegendComponentOption,
  MarkLineComponentOption,
  TooltipComponentOption,
} from 'echarts/components'
import { init, use } from 'echarts/core'
import type { ComposeOption, EChartsType } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'

use([BarChart, LineChart, CustomChart, GridComponent, LegendComponent, TooltipComponent])
use([MarkLineComponent, CanvasRenderer, SVGRenderer])

export type ChartOption = ComposeOption<
  | BarSeriesOption
  | LineSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TooltipComponentOption
  | MarkLineComponentOption
>
export type { CustomSeriesOption, EChartsType, LineSeriesOption }
export { init }
