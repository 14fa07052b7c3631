import { Group, Stack, Text } from '@mantine/core'
import { IconBackpack, IconCalendarEvent, IconMapPin, IconUser, IconVideo } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { TextLink } from '#web/components/controls/links.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { duration, longDay, nearDay, readersZone, timeRange } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'

export function EventFacts({ event }: { event: Event }) {
  const [start, end, now] = [fromWire(event.start_datetime), fromWire(event.end_datetime), new Date()]
  const near = nearDay(start, now)
  const isElsewhere =
    event.location !== null && writes(event, event.timezone) !== writes(event, readersZone())
  return (
    <Stack gap="md" component="dl" m={0}>
      <Fact Icon={IconCalendarEvent} term="When">
        <Text fw={500}>
          {near ? `${near}, ` : ''}
          {longDay(start, now)}
        </Text>
        <Text c="dimmed">
          {timeRange(start, end)} · {duration(start, end)}
        </Text>
        {isElsewhere && (
          <Text c="dimmed" size="sm">
            Local time there: {timeRange(start, end, { zone: event.timezone })}
          </Text>
        )}
      </Fact>
      <Fact Icon={event.location ? IconMapPin : IconVideo} term="Where">
        <Text fw={500} dir="auto">
          {event.location ?? 'Online'}
        </Text>
        {event.virtual_link && <Text c="dimmed">The link comes with your booking.</Text>}
      </Fact>
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
            {event.facilitator.bio}
          </Text>
        )}
      </Fact>
      {event.requirements && (
        <Fact Icon={IconBackpack} term="Bring">
          <Text fw={500} dir="auto">
            {event.requirements}
          </Text>
        </Fact>
      )}
    </Stack>
  )
}

const writes = ({ start_datetime }: Event, zone: string) =>
  timeRange(fromWire(start_datetime), fromWire(start_datetime), { zone }).replace(/ \S+$/, '')

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
