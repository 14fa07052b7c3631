import { Stack, Text } from '@mantine/core'
import classes from './fill.module.css'

/** Taken and total seats, in words and as a bar that screen readers skip. */
export function Fill({ taken, seats, waiting = 0 }: { taken: number; seats: number; waiting?: number }) {
  return (
    <Stack gap={5}>
      <Text size="sm">
        {taken} of {seats}
        <Text span c="dimmed">
          {taken >= seats ? ' · full' : ''}
          {waiting > 0 ? ` · ${waiting} waiting` : ''}
        </Text>
      </Text>
      <div className={classes.track} aria-hidden="true">
        <div className={classes.taken} style={{ width: `${Math.min(100, (taken / seats) * 100)}%` }} />
      </div>
    </Stack>
  )
}
