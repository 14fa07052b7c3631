import { ActionIcon, Group, Skeleton, Text, Title } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Event } from '#web/lib/api/contract.ts'
import { clockTime, dayKey, longDay } from '#web/lib/format.ts'
import { clockOf, isOnNow } from '#web/lib/time/event-time.rules.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import classes from './event-calendar.module.css'
import { daysBetween, groupByDay, shiftMonth, weeksFrom } from './month-grid.ts'

type Props = { month: string; events: Event[] | undefined; now: Date; onMonth: (month: string) => void }

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** A month in weeks; on a phone a list of the days with events. */
export function EventCalendar({ month, events, now, onMonth }: Props) {
  const days = groupByDay(events ?? [], daysOf)
  const today = dayKey(now)
  return (
    <div aria-busy={!events}>
      <MonthBar month={month} onMonth={onMonth} />
      <table className={classes.grid}>
        <caption className="visually-hidden">{monthName(month)}</caption>
        <thead>
          <tr>
            {WEEKDAYS.map((day) => (
              <th key={day} scope="col">
                {day}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksFrom(today, month).map((week) => (
            <tr key={week[0]?.day}>
              {week.map(({ day, isInMonth }) => (
                <td
                  key={day}
                  data-outside={!isInMonth || undefined}
                  data-past={day < today || undefined}
                  data-empty={!days.has(day) || undefined}
                >
                  <span className={classes.date} aria-current={day === today ? 'date' : undefined}>
                    <span className={classes.number}>{Number(day.slice(8))}</span>
                    <span className={classes.longDate}>{longDay(atNoon(day), now)}</span>
                  </span>
                  {events ? (
                    (days.get(day) ?? []).map((event) => (
                      <Entry key={event.id} event={event} day={day} now={now} />
                    ))
                  ) : (
                    <Skeleton height={10} mt={10} radius="xl" />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {events?.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          Nothing in {monthName(month)} that fits. Try another month, or fewer filters.
        </Text>
      )}
    </div>
  )
}

/** The days on which an event takes place. */
function daysOf(event: Event): string[] {
  const lastMoment = new Date(fromWire(event.end_datetime).getTime() - 1)
  const day = (at: Date) => dayKey(at, clockOf(event))
  return daysBetween(day(fromWire(event.start_datetime)), day(lastMoment))
}

function Entry({ event, day, now }: { event: Event; day: string; now: Date }) {
  const clock = clockOf(event)
  const start = fromWire(event.start_datetime)
  return (
    <Link
      to={paths.event}
      params={{ id: String(event.id) }}
      className={classes.entry}
      data-retreat={event.event_type === 'RETREAT' || undefined}
    >
      {dayKey(start, clock) === day ? <span className={classes.time}>{clockTime(start, clock)}</span> : '…'}{' '}
      {event.title}
      {isOnNow(event, now) && day === dayKey(now, clock) && <strong> · on now</strong>}
      {event.is_full && <span className={classes.full}> · full</span>}
    </Link>
  )
}

function MonthBar({ month, onMonth }: Pick<Props, 'month' | 'onMonth'>) {
  const step = (by: number, label: string, Icon: typeof IconChevronLeft) => (
    <ActionIcon
      variant="default"
      size="lg"
      radius="xl"
      aria-label={label}
      onClick={() => onMonth(shiftMonth(month, by))}
    >
      <Icon size={18} stroke={1.6} />
    </ActionIcon>
  )
  return (
    <Group justify="space-between" mb="md">
      <Title order={2} aria-live="polite">
        {monthName(month)}
      </Title>
      <Group gap={6}>
        {step(-1, 'Earlier month', IconChevronLeft)}
        {step(1, 'Later month', IconChevronRight)}
      </Group>
    </Group>
  )
}

const atNoon = (day: string) => new Date(`${day}T12:00:00`)

const monthName = (month: string) =>
  new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric' }).format(atNoon(`${month}-01`))
