import { Group, Stack, Text } from '@mantine/core'
import { IconBackpack, IconCalendarEvent, IconMapPin, IconUser, IconVideo } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import { WithLinks } from '#web/components/layout/with-links.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { duration, isOneDay, longDay, nearDay, timeRange } from '#web/lib/format.ts'
import { clockOf, readersWhenOf, timesOf } from '#web/lib/time/event-time.rules.ts'
import { paths } from '#web/paths.ts'

/** When and where. */
export function EventPlace({ event, now }: { event: Event; now: Date }) {
  const [start, end] = timesOf(event)
  const zoned = { ...clockOf(event), now }
  const near = nearDay(start, now, zoned)
  const length = duration(start, end, { zone: event.timezone })
  const readers = readersWhenOf(event, now)
  return (
    <Stack gap="md" component="dl" m={0}>
      <Fact Icon={IconCalendarEvent} term="When">
        <Text fw={500}>
          {near ? `${near}, ` : ''}
          {isOneDay(start, end, zoned) ? longDay(start, now, zoned) : timeRange(start, end, zoned)}
        </Text>
        <Text c="dimmed">
          {isOneDay(start, end, zoned) ? `${timeRange(start, end, zoned)} · ${length}` : length}
        </Text>
        {readers && (
          <Text c="dimmed" size="sm">
            Your time: {readers}
          </Text>
        )}
      </Fact>
      <Fact Icon={event.location ? IconMapPin : IconVideo} term="Where">
        <Text fw={500} dir="auto">
          {event.location ?? 'Online'}
        </Text>
        {event.is_online && <Text c="dimmed">The link comes with your booking.</Text>}
      </Fact>
    </Stack>
  )
}

/** With whom, and what to bring. */
export function EventPeople({ event }: { event: Event }) {
  return (
    <Stack gap="md" component="dl" m={0}>
      <Fact Icon={IconUser} term="With">
        <TextLink
          to={paths.facilitator}
          params={{ id: String(event.facilitator.id) }}
          underline="always"
          fw={500}
        >
          <bdi>{event.facilitator.name}</bdi>
        </TextLink>
        {event.facilitator.bio && (
          <Text c="dimmed" dir="auto">
            <WithLinks text={event.facilitator.bio} />
          </Text>
        )}
      </Fact>
      {event.requirements && (
        <Fact Icon={IconBackpack} term="Bring">
          <Text fw={500} dir="auto" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
            <WithLinks text={event.requirements} />
          </Text>
        </Fact>
      )}
    </Stack>
  )
}

type FactProps = { Icon: typeof IconUser; term: string; children: ReactNode }

function Fact({ Icon, term, children }: FactProps) {
  return (
    <Group gap="md" wrap="nowrap" align="flex-start">
      <Text component="dt" c="var(--accent)" pt={2}>
        <Icon size={22} stroke={1.6} aria-hidden="true" />
        <span className="visually-hidden">{term}</span>
      </Text>
      <dd style={{ margin: 0 }}>{children}</dd>
    </Group>
  )
}
