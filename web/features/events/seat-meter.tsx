import { Group, Stack, Text } from '@mantine/core'
import type { Event } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import classes from './seat-meter.module.css'
import { seatsInWords } from './seats.rules.ts'

/** Free and taken seats, live. Screen readers announce changes. */
export function SeatMeter({ event, waiting }: { event: Event; waiting: number }) {
  const { current_participants, max_participants } = event
  return (
    <Stack gap={8}>
      <div className={classes.track} aria-hidden="true">
        <div
          className={classes.taken}
          style={{ width: `${Math.min(100, (current_participants / max_participants) * 100)}%` }}
        />
      </div>
      <Group justify="space-between" gap="xs" role="status">
        <Text size="sm" fw={500}>
          {seatsInWords(event)}
        </Text>
        <Text size="sm" c="dimmed">
          {waiting > 0
            ? `${count(waiting, 'person', 'people')} waiting`
            : `${current_participants} of ${max_participants} taken`}
        </Text>
      </Group>
    </Stack>
  )
}
