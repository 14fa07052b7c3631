import { Button, CopyButton, Group, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Surface } from '#web/components/layout/surface.tsx'
import { longDay, timeOfDay } from '#web/lib/format.ts'
import { accountQuery } from '#web/lib/queries/account.queries.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { useCloseFeed, useOpenFeed } from './calendar-feed.mutations.ts'

/** The private address of a calendar feed. The server tells it only once. */
export function CalendarFeed() {
  const openedAt = useQuery(accountQuery).data?.calendar_opened_at
  const open = useOpenFeed()
  const close = useCloseFeed(open.reset)
  const url = open.data?.url
  return (
    <Surface component="section" label="Calendar subscription" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="sm">
        <Title order={2} fz={23}>
          Calendar subscription
        </Title>
        <Text c="dimmed" maw="60ch">
          Add a private link to your calendar program, and every booking appears there and moves with its
          event. Anybody who has the link can read your bookings.
        </Text>
        {openedAt && (
          <Text role="status">
            <strong>On</strong> since {longDay(fromWire(openedAt), new Date())},{' '}
            {timeOfDay(fromWire(openedAt))}.
          </Text>
        )}
        {url && (
          <Group align="end" gap="sm">
            <Stack gap="0.3rem" flex="1 1 16rem">
              <Text fw={600}>Private link</Text>
              {/* Looks like a field, whose code would be 15 kB more for one's own bookings. */}
              <Text
                component="code"
                ff="text"
                px="sm"
                py="xs"
                bd="1px solid var(--control-line)"
                bdrs="md"
                bg="var(--paper-raised)"
                style={{ userSelect: 'all' }}
              >
                {url}
              </Text>
            </Stack>
            <CopyButton value={url}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy link'}</Button>}
            </CopyButton>
            <Button component="a" href={url.replace(/^https?:/, 'webcal:')} variant="default">
              Open in calendar
            </Button>
          </Group>
        )}
        <Group gap="sm">
          <Button variant="default" loading={open.isPending} onClick={() => open.mutate()}>
            {openedAt ? 'Get a new link' : 'Get link'}
          </Button>
          {openedAt && (
            <Button variant="default" loading={close.isPending} onClick={() => close.mutate()}>
              Turn off
            </Button>
          )}
        </Group>
        {openedAt && (
          <Text c="dimmed" size="sm">
            A new link turns the one before it off.
          </Text>
        )}
      </Stack>
    </Surface>
  )
}
