import { Button, Group, Stack, Text } from '@mantine/core'
import { TextLink } from '#web/components/controls/links.tsx'
import { tellError } from '#web/components/feedback/toast.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { download } from '#web/lib/api/download.ts'
import { paths } from '#web/paths.ts'
import { googleCalendarLink, outlookCalendarLink } from './calendar-link.ts'
import { useEventAddress } from './use-event-address.ts'

/** For those with a seat: the online link goes along. */
export function AddToCalendar({ event }: { event: Event }) {
  const page = useEventAddress(event)
  const save = () =>
    download(`/api/events/${event.id}/calendar.ics`, `event-${event.id}.ics`).catch(tellError)
  return (
    <Stack gap={6} role="group" aria-label="Add to calendar">
      <Text size="sm" fw={500}>
        Add to calendar
      </Text>
      <Group gap="xs">
        <Button variant="default" size="compact-md" onClick={save}>
          Apple, others
        </Button>
        {[
          ['Google', googleCalendarLink(event, page)] as const,
          ['Outlook', outlookCalendarLink(event, page)] as const,
        ].map(([name, href]) => (
          <Button
            key={name}
            component="a"
            href={href}
            target="_blank"
            rel="noreferrer"
            variant="default"
            size="compact-md"
          >
            {name}
          </Button>
        ))}
      </Group>
      <TextLink to={paths.bookings} hash="calendar" size="sm" c="dimmed" underline="always">
        Subscribe to all your bookings
      </TextLink>
    </Stack>
  )
}
