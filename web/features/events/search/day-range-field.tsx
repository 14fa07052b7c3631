import { DatePickerInput } from '@mantine/dates'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import '@mantine/dates/styles.css'
import { dayKey, longMonth, plusDays } from '#web/lib/format.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import classes from './day-range-field.module.css'

type Props = {
  className?: string | undefined
  from: string | undefined
  to: string | undefined
  onChange: (days: { from: string | undefined; to: string | undefined }) => void
}

const DAYS_BY_KEY: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }

/**
 * A filter of days from today on. What Mantine's picker lacks for the keyboard is added: arrows go on into the next month, which is
 * announced, and the focus returns to the field.
 */
export function DayRangeField({ className, from, to, onChange }: Props) {
  const today = dayKey(useNow())
  const field = useRef<HTMLButtonElement>(null)
  const [shown, setShown] = useState(today)
  const [announced, setAnnounced] = useState('')
  const wanted = useRef<string>(undefined)

  const show = (day: string) => {
    setShown(day)
    if (day.slice(0, 7) !== shown.slice(0, 7)) setAnnounced(longMonth(day.slice(0, 7)))
  }
  const goOn = (day: string) => (event: KeyboardEvent) => {
    const target = plusDays(day, DAYS_BY_KEY[event.key] ?? 0)
    if (target.slice(0, 7) === day.slice(0, 7) || target < today) return
    wanted.current = target
    show(target)
  }
  useEffect(() => {
    if (wanted.current?.startsWith(shown.slice(0, 7)))
      document.querySelector<HTMLElement>(`[data-day="${wanted.current}"]`)?.focus()
    wanted.current = undefined
  }, [shown])
  // The button that clears the field goes with what it cleared, and the focus with it.
  const keepFocus = () => {
    if (document.activeElement === document.body) field.current?.focus()
  }
  return (
    <>
      <DatePickerInput
        ref={field}
        type="range"
        label="Days"
        placeholder="Any day"
        valueFormat="D MMM"
        className={className}
        clearable
        clearButtonProps={{ 'aria-label': 'Any day' }}
        allowSingleDateInRange
        hideOutsideDates
        ariaLabels={{ previousMonth: 'Earlier month', nextMonth: 'Later month' }}
        classNames={{ day: classes.day, calendarHeader: classes.month }}
        popoverProps={{ returnFocus: true }}
        minDate={today}
        date={shown}
        onDateChange={show}
        getDayProps={(day) => ({ 'data-day': day, onKeyDown: goOn(day) })}
        onClick={() => setShown(from !== undefined && from > today ? from : today)}
        value={[from ?? null, to ?? null]}
        onChange={([first, last]) => {
          onChange({ from: first ?? undefined, to: last ?? undefined })
          if (first === null) requestAnimationFrame(keepFocus)
        }}
      />
      <span className="visually-hidden" aria-live="polite">
        {announced}
      </span>
    </>
  )
}
