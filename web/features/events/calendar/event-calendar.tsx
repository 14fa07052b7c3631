import { ActionIcon, Group, Skeleton, Text, Title } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import type { Event } from '#web/lib/api/contract.ts'
import { count, dayKey, longDay, longMonth, plusMonths } from '#web/lib/format.ts'
import { daysOf } from '#web/lib/time/event-time.rules.ts'
import { CalendarEntry } from './calendar-entry.tsx'
import classes from './event-calendar.module.css'
import { LANES, lanesOf } from './lanes.rules.ts'
import { daysBetween, groupByDay, type Week, weeksFrom } from './month-grid.ts'

type Props = {
  month: string
  events: Event[] | undefined
  /** Ids of the events that the reader has booked. */
  booked: ReadonlySet<number>
  now: Date
  onMonth: (month: string) => void
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** A month in weeks with at most three events a day, and the list of the chosen day. On a phone the days have dots only. */
export function EventCalendar({ month, events, booked, now, onMonth }: Props) {
  const [chosen, setChosen] = useState<string>()
  const list = useRef<HTMLElement>(null)
  const days = groupByDay(events ?? [], eachDayOf)
  const today = dayKey(now)
  const weeks = weeksFrom(today, month)
  const shown = weeks.flat().some(({ day }) => day === chosen) ? chosen : firstDay(weeks, days, today)
  const choose = (day: string) => {
    setChosen(day)
    requestAnimationFrame(() => list.current?.scrollIntoView({ block: 'nearest' }))
  }
  return (
    <div aria-busy={!events}>
      <MonthBar month={month} onMonth={onMonth} />
      <table className={classes.grid}>
        <caption className="visually-hidden">{longMonth(month)}</caption>
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
          {weeks.map((week) => (
            <WeekRow
              key={week[0]?.day}
              {...{ week, events, days, booked, today, shown, now }}
              onChoose={choose}
            />
          ))}
        </tbody>
      </table>
      {events && shown && (
        <section
          ref={list}
          className={classes.day}
          data-chosen={chosen === shown || undefined}
          aria-label={longDay(atNoon(shown), now)}
        >
          <Title order={3} mb="sm">
            {longDay(atNoon(shown), now)}
          </Title>
          {(days.get(shown) ?? []).map((event) => (
            <CalendarEntry
              key={event.id}
              event={event}
              day={shown}
              isBooked={booked.has(event.id)}
              now={now}
              isInList
            />
          ))}
          {!days.has(shown) && <Text c="dimmed">Nothing on this day.</Text>}
        </section>
      )}
      {events && !weeks.flat().some(({ day }) => days.has(day)) && (
        <Text c="dimmed" ta="center" py="lg">
          No events in {longMonth(month)}. Try another month, or fewer filters.
        </Text>
      )}
    </div>
  )
}

type WeekProps = Pick<Props, 'events' | 'booked' | 'now'> & {
  week: Week
  days: Map<string, Event[]>
  today: string
  /** The day whose list is shown. */
  shown: string | undefined
  onChoose: (day: string) => void
}

function WeekRow({ week, events, days, booked, today, shown, now, onChoose }: WeekProps) {
  const names = week.map(({ day }) => day)
  const { segments, hidden } = lanesOf(names, events ?? [], eachDayOf)
  return (
    <tr>
      {week.map(({ day, isInMonth }, column) => {
        const ofDay = days.get(day) ?? []
        return (
          <td
            key={day}
            data-outside={!isInMonth || undefined}
            aria-current={day === today ? 'date' : undefined}
          >
            <span className={classes.number}>{Number(day.slice(8))}</span>
            <button
              type="button"
              className={classes.pick}
              aria-pressed={day === shown}
              aria-label={`${longDay(atNoon(day), now)}: ${ofDay.length === 0 ? 'no events' : count(ofDay.length, 'event')}`}
              onClick={() => onChoose(day)}
            >
              {Number(day.slice(8))}
              <span
                className={classes.dots}
                data-booked={ofDay.some(({ id }) => booked.has(id)) || undefined}
              >
                {'•'.repeat(Math.min(LANES, ofDay.length))}
              </span>
            </button>
            {!events && <Skeleton height={10} mt={10} radius="xl" />}
            {segments
              .filter((segment) => segment.column === column)
              .map(({ item, ...place }) => (
                <CalendarEntry
                  key={item.id}
                  event={item}
                  day={day}
                  place={place}
                  isBooked={booked.has(item.id)}
                  now={now}
                />
              ))}
            {(hidden[column] ?? 0) > 0 && (
              <button
                type="button"
                className={classes.more}
                aria-label={`${hidden[column]} more on ${longDay(atNoon(day), now)}`}
                onClick={() => onChoose(day)}
              >
                +{hidden[column]}
              </button>
            )}
          </td>
        )
      })}
    </tr>
  )
}

/** Today or the first day from then on with an event, of those that are shown. */
function firstDay(weeks: Week[], days: Map<string, Event[]>, today: string): string | undefined {
  const own = weeks.flat().filter(({ isInMonth }) => isInMonth)
  return (own.find(({ day }) => day >= today && days.has(day)) ?? own[0])?.day
}

function MonthBar({ month, onMonth }: Pick<Props, 'month' | 'onMonth'>) {
  const step = (by: number, label: string, Icon: typeof IconChevronLeft) => (
    <ActionIcon
      variant="default"
      size={44}
      radius="xl"
      aria-label={label}
      onClick={() => onMonth(plusMonths(month, by))}
    >
      <Icon size={18} stroke={1.6} />
    </ActionIcon>
  )
  return (
    <Group justify="space-between" mb="md">
      <Title order={2} aria-live="polite">
        {longMonth(month)}
      </Title>
      <Group gap={6}>
        {step(-1, 'Earlier month', IconChevronLeft)}
        {step(1, 'Later month', IconChevronRight)}
      </Group>
    </Group>
  )
}

function eachDayOf(event: Event): string[] {
  const { first, last } = daysOf(event)
  return daysBetween(first, last)
}

const atNoon = (day: string) => new Date(`${day}T12:00:00`)
