import { ActionIcon } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import { dayKey, monthName, plusDays, weekdayName } from '#web/lib/format.ts'
import classes from './agenda.module.css'
import { daysInRow } from './agenda.rules.ts'

type Props = {
  /** The day that the list is limited to. */
  chosen: string | undefined
  now: Date
  onChoose: (day: string | undefined) => void
}

const DAYS = 7

/** Seven days from today or a week later; one that is pressed limits the list to itself. */
export function WeekStrip({ chosen, now, onChoose }: Props) {
  const today = dayKey(now)
  const [first, setFirst] = useState(chosen && chosen > plusDays(today, DAYS - 1) ? chosen : today)
  const shown = first < today ? today : first
  const step = (by: number, label: string, Icon: typeof IconChevronLeft) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={44}
      radius="xl"
      aria-label={label}
      disabled={by < 0 && shown === today}
      onClick={() => setFirst(plusDays(shown, by))}
    >
      <Icon size={18} stroke={1.6} />
    </ActionIcon>
  )
  return (
    <section className={classes.week} aria-label="Days of the week">
      {step(-DAYS, 'Earlier week', IconChevronLeft)}
      {daysInRow(shown, DAYS).map((day) => {
        const at = new Date(`${day}T12:00:00Z`)
        return (
          <button
            key={day}
            type="button"
            className={classes.weekday}
            aria-pressed={day === chosen}
            aria-current={day === today ? 'date' : undefined}
            onClick={() => onChoose(day === chosen ? undefined : day)}
          >
            <span>{weekdayName(at, { zone: 'UTC' })}</span> <b>{Number(day.slice(8))}</b>{' '}
            <span className="visually-hidden">{monthName(at, { zone: 'UTC' })}</span>
          </button>
        )
      })}
      {step(DAYS, 'Later week', IconChevronRight)}
    </section>
  )
}
