import { Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TextLink } from '#web/components/controls/links.tsx'
import { placeInLine, shortDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'
import { ownWaitlistQuery } from './waitlist.queries.ts'

/** The waiting lists that the reader is on. */
export function OwnWaitlists() {
  const { data } = useQuery(ownWaitlistQuery)
  if (!data || data.waitlist.length === 0) return null
  return (
    <section>
      <Title order={2} mb="sm">
        Waiting for a seat
      </Title>
      <Stack gap="xs">
        {data.waitlist.map(({ event, position }) => (
          <Group key={event.id} justify="space-between" gap="xs">
            <TextLink to={paths.event} params={{ id: String(event.id) }} underline="always">
              <bdi>{event.title}</bdi>
            </TextLink>
            <Text c="dimmed" size="sm">
              {shortDay(fromWire(event.start_datetime))}, {timeOfDay(fromWire(event.start_datetime))}
              {position !== null && ` · ${placeInLine(position)} in line`}
            </Text>
          </Group>
        ))}
      </Stack>
    </section>
  )
}
