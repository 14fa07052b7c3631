import { Chip, Group, Input, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { longMonth, ordinal, shortDay } from '#web/lib/format.ts'
import {
  datesOf,
  monthlyChoices,
  monthlyOf,
  nameOf,
  type Repeat,
  repeatFault,
  repeatInWords,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from './repeat.rules.ts'
import classes from './repeat-fields.module.css'

type Props = { value: Repeat; start: string; error?: ReactNode; onChange: (repeat: Repeat) => void }

const FREQUENCIES: { value: Repeat['freq']; label: string }[] = [
  { value: 'never', label: 'Does not repeat' },
  { value: 'daily', label: 'Every day' },
  { value: 'weekly', label: 'Every week' },
  { value: 'monthly', label: 'Every month' },
]

/** Edits a recurrence, and shows it as a sentence. */
export function RepeatFields({ value, start, error, onChange }: Props) {
  const change = (changes: Partial<Repeat>) => onChange({ ...value, ...changes })
  return (
    <Stack gap="md" role="group" aria-label="Repeat">
      <Select
        label="Repeat"
        allowDeselect={false}
        data={FREQUENCIES}
        value={value.freq}
        error={error}
        onChange={(freq) => freq && change({ freq })}
      />
      {value.freq !== 'never' && (
        <>
          <Group gap="md" grow preventGrowOverflow={false}>
            <NumberInput
              size="md"
              label={
                { daily: 'Every … days', weekly: 'Every … weeks', monthly: 'Every … months' }[value.freq]
              }
              min={1}
              max={366}
              value={value.interval}
              onChange={(interval) => change({ interval: Number(interval) })}
            />
            <Select
              label="Ends"
              allowDeselect={false}
              data={[
                { value: 'count', label: 'After a number of events' },
                { value: 'until', label: 'On a day' },
              ]}
              value={value.ends}
              onChange={(ends) => ends && change({ ends })}
            />
            {value.ends === 'count' ? (
              <NumberInput
                size="md"
                label="How many events"
                min={1}
                max={366}
                value={value.count}
                onChange={(count) => change({ count: Number(count) })}
              />
            ) : (
              <TextInput
                label="Last day"
                type="date"
                value={value.until}
                onChange={({ currentTarget }) => change({ until: currentTarget.value })}
              />
            )}
          </Group>
          {value.freq === 'weekly' && <Weekdays value={value} start={start} onChange={change} />}
          {value.freq === 'monthly' && (
            <Select
              label="On"
              allowDeselect={false}
              data={monthlyChoices(start)}
              value={monthlyOf(value, start)}
              onChange={(monthly) => monthly && change({ monthly })}
            />
          )}
          <Text size="sm" c="dimmed" role="status">
            {repeatInWords(value, start)}.
          </Text>
          {repeatFault(value, start) === undefined && <Dates value={value} start={start} />}
        </>
      )}
    </Stack>
  )
}

/** Every date, so that a mistake is seen before it is saved. */
function Dates({ value, start }: Pick<Props, 'value' | 'start'>) {
  const { days, skipped } = datesOf(value, start)
  const more = skipped.length - SKIPPED_MAX
  return (
    <Stack gap={6}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard. */}
      <section className={classes.dates} aria-label="Dates" tabIndex={0}>
        <ol>
          {days.map((day) => (
            <li key={day}>{shortDay(atNoon(day), { zone: 'UTC', now: serverNow() })}</li>
          ))}
        </ol>
      </section>
      {skipped.length > 0 && (
        <Text size="sm">
          Skipped, because there is no {ordinal(Number(start.slice(8, 10)))}:{' '}
          {skipped.slice(0, SKIPPED_MAX).map(longMonth).join(', ')}
          {more > 0 && ` and ${more} more`}.
        </Text>
      )}
    </Stack>
  )
}

const SKIPPED_MAX = 6

const atNoon = (day: string) => new Date(`${day}T12:00:00Z`)

type WeekdaysProps = { value: Repeat; start: string; onChange: (changes: Partial<Repeat>) => void }

function Weekdays({ value: { weekdays }, start, onChange }: WeekdaysProps) {
  const own = weekdayOf(start)
  return (
    <Input.Wrapper label="On" labelElement="div">
      <Chip.Group<true, Weekday>
        multiple
        value={[...weekdays, own]}
        onChange={(days) => onChange({ weekdays: days.filter((day) => day !== own) })}
      >
        <Group gap={6}>
          {WEEKDAYS.map((day) => (
            <Chip key={day} value={day} variant="light" radius="xl" disabled={day === own}>
              <span aria-hidden="true">{nameOf(day).slice(0, 2)}</span>
              <span className="visually-hidden">{nameOf(day)}</span>
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  )
}
