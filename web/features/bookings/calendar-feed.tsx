import { Button, CopyButton, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { FeedOpened } from '#booking/calendars/calendar.schema.ts'
import { Surface } from '#web/components/surface.tsx'
import { tell, tellError } from '#web/components/toast.tsx'
import { accountQuery } from '#web/features/account/account.queries.ts'
import { request } from '#web/lib/api-client.ts'
import { hasCode } from '#web/lib/api-error.ts'
import { longDay, timeOfDay } from '#web/lib/format.ts'
import { queryClient } from '#web/lib/query-client.ts'
import { fromWire } from '#web/lib/wire-time.ts'

const PATH = '/api/bookings/calendar-token'

/** A private address for one's calendar program. The server tells it only once. */
export function CalendarFeed() {
  const openedAt = useQuery(accountQuery).data?.calendar_opened_at
  const open = useMutation({
    mutationFn: () => request<Static<typeof FeedOpened>>(PATH, { method: 'POST' }),
    onError: (error) => tellError(error),
    onSettled: refreshAccount,
  })
  const close = useMutation({
    mutationFn: () => request(PATH, { method: 'DELETE' }),
    onSuccess: () => tell('Your calendar subscription is off. Its link no longer works.'),
    onError: (error) =>
      hasCode(error, 'calendar_token_not_found') ? tell('It was off already.') : tellError(error),
    onSettled() {
      open.reset()
      refreshAccount()
    },
  })
  const url = open.data?.url
  return (
    <Surface component="section" label="Calendar subscription" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="sm">
        <Title order={2} fz={23}>
          Calendar subscription
        </Title>
        <Text c="dimmed" maw="60ch">
          Add a private link to your calendar program, and every booking appears there and moves with its
          event. Whoever has the link can read your bookings.
        </Text>
        {openedAt && (
          <Text role="status">
            <strong>On</strong> since {longDay(fromWire(openedAt), new Date())},{' '}
            {timeOfDay(fromWire(openedAt))}.
          </Text>
        )}
        {url && (
          <Group align="end" gap="sm">
            <TextInput label="Private link" readOnly value={url} flex="1 1 16rem" onFocus={select} />
            <CopyButton value={url}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy link'}</Button>}
            </CopyButton>
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

const refreshAccount = () => void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey })

const select = ({ currentTarget }: { currentTarget: HTMLInputElement }) => currentTarget.select()
