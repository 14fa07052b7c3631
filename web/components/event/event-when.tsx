import { Text } from '@mantine/core'
import type { Event } from '#web/lib/api/contract.ts'
import { readersWhenOf, whenOf } from '#web/lib/time/event-time.rules.ts'

type Props = {
  event: Pick<Event, 'start_datetime' | 'end_datetime' | 'timezone' | 'location'>
  now: Date
  /** Such as `Today`. */
  near?: string | undefined
}

/** When an event is, by the clock of its room, with the reader's time below it where that differs. */
export function EventWhen({ event, now, near }: Props) {
  const readers = readersWhenOf(event, now)
  return (
    <Text component="div" size="sm" c="dimmed">
      {near && `${near}, `}
      {whenOf(event, now)}
      {readers && <Text size="xs">Your time: {readers}</Text>}
    </Text>
  )
}
