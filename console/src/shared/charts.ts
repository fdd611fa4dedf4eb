import { BarChart, LineChart, PieChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import { init, use, type ECharts } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer]);

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Our tokens as a theme, read anew for each chart, because they differ in the dark. */
function theme(): object {
  const [ink, soft, line, card] = ['--ink', '--ink-2', '--line', '--card'].map(token);
  const axis = {
    axisLine: { lineStyle: { color: soft } },
    axisTick: { lineStyle: { color: soft } },
    axisLabel: { color: soft, fontSize: 14 },
    nameTextStyle: { color: soft },
    splitLine: { lineStyle: { color: line } },
  };
  return {
    color: ['--link', '--seal', '--done', '--warn', '--ink-2'].map(token),
    textStyle: { color: ink, fontFamily: token('--font'), fontSize: 14 },
    legend: { textStyle: { color: ink, fontSize: 14 } },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
    timeAxis: axis,
    tooltip: { backgroundColor: card, borderColor: soft, textStyle: { color: ink } },
  };
}

export function start(box: HTMLElement): ECharts {
  return init(box, theme(), { renderer: 'svg' });
}
