import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { useQueries, useQuery } from '@tanstack/react-query'
import { TextLink } from '#web/components/controls/links.tsx'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { whenOfBrief } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { useSeen } from '#web/lib/use-seen.ts'
import { paths } from '#web/paths.ts'
import { cancelledBookingsQuery } from './booking.queries.ts'
import { cancelledByStudio } from './cancelled.rules.ts'

const ANYWHERE = { overflowWrap: 'anywhere' } as const

/** Upcoming bookings that the studio has cancelled, until the reader has confirmed that they know. */
export function CancelledNotice() {
  const bookings = useQuery(cancelledBookingsQuery(1)).data?.bookings ?? []
  const events = useQueries({ queries: bookings.map(({ event }) => eventQuery(event.id)) })
  const [seen, see] = useSeen('cancelled')
  const now = useNow()
  const news = bookings.flatMap((booking, i) => {
    const event = events[i]?.data?.event
    const cancelled = cancelledByStudio(booking, event)
    if (!cancelled || seen.includes(booking.id)) return []
    return [{ booking, reason: cancelled.reason, when: whenOfBrief(booking.event, event, now) }]
  })
  if (news.length === 0) return null
  return (
    <Alert variant="default" radius="lg" mb="xl" title="Cancelled by the studio" role="status">
      <Stack gap="sm">
        {news.map(({ booking: { id, event }, reason, when }) => (
          <div key={id}>
            <Text>
              <TextLink
                to={paths.event}
                params={{ id: String(event.id) }}
                underline="always"
                style={ANYWHERE}
              >
                {event.title}
              </TextLink>{' '}
              on {when}
            </Text>
            {reason && (
              <Text c="dimmed" style={ANYWHERE} dir="auto">
                {reason}
              </Text>
            )}
          </div>
        ))}
        <Group>
          <Button variant="default" size="sm" onClick={() => see(news.map(({ booking }) => booking.id))}>
            Dismiss
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
