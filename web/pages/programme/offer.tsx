import { Group, Stack, Text } from '@mantine/core'
import { LinkButton } from '#web/components/controls/links.tsx'
import { SeatMeter } from '#web/features/events/seat-meter.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { paths } from '#web/paths.ts'
import classes from './event-page.module.css'
import type { Standing } from './standing.rules.ts'

/** What it costs, and the seats. */
export function Offer({ event, waiting }: { event: Event; waiting: number }) {
  const price = usePrice()
  return (
    <>
      <Group justify="space-between" align="baseline">
        <Text fz={28} fw={600} lh={1}>
          {price(event.price)}
        </Text>
        {event.price > 0 && (
          <Text size="sm" c="dimmed">
            Nothing to pay now
          </Text>
        )}
      </Group>
      <SeatMeter event={event} waiting={waiting} />
    </>
  )
}

const CLOSED: Partial<Record<Standing, string>> = {
  cancelled: 'Cancelled by the studio',
  begun: 'This event is on now',
  over: 'This event is over',
}

/** For an event that nobody can book: why, and where to go on. */
export function Closed({ standing, event }: { standing: Standing; event: Event }) {
  const title = CLOSED[standing]
  if (title === undefined) return null
  return (
    <Stack gap="sm">
      <Text fw={600}>{title}</Text>
      <Text c="dimmed" className={classes.reason}>
        {event.cancellation_reason ?? 'It can no longer be booked. See what else this facilitator offers.'}
      </Text>
      <LinkButton to={paths.facilitator} params={{ id: String(event.facilitator.id) }} variant="default">
        <span>
          More with <bdi>{event.facilitator.name}</bdi>
        </span>
      </LinkButton>
    </Stack>
  )
}
