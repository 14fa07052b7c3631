import { Group, Text } from '@mantine/core'
import type { DailyBookings } from '#web/lib/api/contract.ts'
import classes from './dashboard.module.css'
import { barsOf, daysOf, shareOf, trendInWords } from './trends.rules.ts'

/** Bookings of each day as stacked bars, all sizes in per cent of the picture. */
export function TrendChart({ daily }: { daily: DailyBookings[] }) {
  const { top, width, bars } = barsOf(daily)
  const days = daysOf(daily)
  return (
    <div role="img" aria-label={trendInWords(daily)}>
      <div className={classes.chart}>
        <Text span size="xs" c="dimmed">
          {top}
        </Text>
        <svg width="100%" height="100%" aria-hidden="true" focusable="false">
          {bars.map(({ date, x, sessions, retreats }) => (
            <g key={date}>
              <rect
                className={classes.sessions}
                x={`${x}%`}
                y={`${100 - sessions}%`}
                width={`${width}%`}
                height={`${sessions}%`}
              />
              <rect
                className={classes.retreats}
                x={`${x}%`}
                y={`${100 - sessions - retreats}%`}
                width={`${width}%`}
                height={`${retreats}%`}
              />
            </g>
          ))}
        </svg>
      </div>
      <Group justify="space-between" className={classes.days}>
        {[days[0], days[days.length >> 1], days.at(-1)].map((day) => (
          <Text key={day} size="xs" c="dimmed">
            {day}
          </Text>
        ))}
      </Group>
      <Legend />
    </div>
  )
}

/** Sessions and retreats as the two parts of one bar. */
export function ShareChart({ sessions, retreats }: { sessions: number; retreats: number }) {
  const share = shareOf(sessions, sessions + retreats)
  return (
    <div role="img" aria-label={`${sessions} of sessions, ${retreats} of retreats`}>
      <svg width="100%" height="14" className={classes.share} aria-hidden="true" focusable="false">
        <rect className={classes.sessions} width={`${share}%`} height="100%" />
        <rect className={classes.retreats} x={`${share}%`} width={`${100 - share}%`} height="100%" />
      </svg>
    </div>
  )
}

function Legend() {
  return (
    <Group justify="center" gap="lg" mt="xs">
      {(['sessions', 'retreats'] as const).map((kind) => (
        <Text key={kind} size="sm" c="dimmed" className={classes.legend}>
          <svg width="10" height="10" aria-hidden="true" focusable="false">
            <rect className={classes[kind]} width="10" height="10" rx="5" />
          </svg>
          {kind === 'sessions' ? 'Sessions' : 'Retreats'}
        </Text>
      ))}
    </Group>
  )
}
