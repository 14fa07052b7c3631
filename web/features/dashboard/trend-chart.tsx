import { BarChart, DonutChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import type { DailyBookings } from '#web/lib/api/contract.ts'
import { daysOf, trendInWords } from './trends.rules.ts'

/** Colours of the theme, in light and dark. */
const COLORS = { sessions: 'var(--accent)', retreats: 'var(--chart-second)' }

export function TrendChart({ daily }: { daily: DailyBookings[] }) {
  return (
    <div role="img" aria-label={trendInWords(daily)}>
      <BarChart
        h={230}
        data={daysOf(daily)}
        dataKey="day"
        type="stacked"
        series={[
          { name: 'Sessions', color: COLORS.sessions },
          { name: 'Retreats', color: COLORS.retreats },
        ]}
        tickLine="none"
        gridAxis="none"
        withLegend
        legendProps={{ verticalAlign: 'bottom' }}
        yAxisProps={{ allowDecimals: false, width: 28 }}
        xAxisProps={{ minTickGap: 28 }}
        maxBarWidth={13}
        barProps={{ isAnimationActive: false }}
        barChartProps={{ accessibilityLayer: false }}
        textColor="var(--ink-soft)"
      />
    </div>
  )
}

export function ShareChart({ sessions, retreats }: { sessions: number; retreats: number }) {
  return (
    <div role="img" aria-label={`${sessions} of sessions, ${retreats} of retreats`}>
      <DonutChart
        data={[
          { name: 'Sessions', value: sessions, color: COLORS.sessions },
          { name: 'Retreats', value: retreats, color: COLORS.retreats },
        ]}
        size={132}
        thickness={16}
        paddingAngle={retreats > 0 && sessions > 0 ? 3 : 0}
        strokeWidth={0}
        mx="auto"
        pieChartProps={{ accessibilityLayer: false }}
      />
    </div>
  )
}
