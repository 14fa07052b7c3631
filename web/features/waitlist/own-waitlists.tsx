import { Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { TextLink } from '#web/components/controls/links.tsx'
import type { OwnWaitlistEntry } from '#web/lib/api/contract.ts'
import { placeInLine } from '#web/lib/format.ts'
import { eventQuery } from '#web/lib/queries/event.queries.ts'
import { whenOfBrief } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
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
        {data.waitlist.map((entry) => (
          <Place key={entry.event.id} {...entry} />
        ))}
      </Stack>
    </section>
  )
}

function Place({ event, position }: OwnWaitlistEntry) {
  const { data, isPending } = useQuery(eventQuery(event.id))
  const now = useNow()
  return (
    <Group justify="space-between" gap="xs">
      <TextLink to={paths.event} params={{ id: String(event.id) }} underline="always">
        <bdi>{event.title}</bdi>
      </TextLink>
      <Text c="dimmed" size="sm">
        {!isPending && whenOfBrief(event, data?.event, now)}
        {position !== null && ` · ${placeInLine(position)} in line`}
      </Text>
    </Group>
  )
}
