/** The parts of ECharts that Crossreel draws with, and nothing else. Canvas on the screen, SVG for files. */
import { CustomChart, LineChart } from 'echarts/charts'
import type { CustomSeriesOption, LineSeriesOption } from 'echarts/charts'
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

use([LineChart, CustomChart, GridComponent, LegendComponent, TooltipComponent])
use([MarkLineComponent, CanvasRenderer, SVGRenderer])

export type ChartOption = ComposeOption<
  | LineSeriesOption
  | CustomSeriesOption
  | GridComponentOption
  | LegendComponentOption
  | TooltipComponentOption
  | MarkLineComponentOption
>
export type { CustomSeriesOption, EChartsType, LineSeriesOption }
export { init }
