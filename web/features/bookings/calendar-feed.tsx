import { Button, CopyButton, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { FeedOpened } from '#booking/calendars/calendar.schema.ts'
import { Surface } from '#web/components/surface.tsx'
import { tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { hasCode } from '#web/lib/api-error.ts'

const PATH = '/api/bookings/calendar-token'

/** A private address for one's calendar program. The server tells it only once. */
export function CalendarFeed() {
  const open = useMutation({
    mutationFn: () => request<Static<typeof FeedOpened>>(PATH, { method: 'POST' }),
    onError: (error) => tellError(error),
  })
  const close = useMutation({
    mutationFn: () => request(PATH, { method: 'DELETE' }),
    onSuccess() {
      open.reset()
      tell('The address no longer works.')
    },
    onError: (error) =>
      hasCode(error, 'calendar_token_not_found') ? tell('There was no address to close.') : tellError(error),
  })
  const url = open.data?.url
  return (
    <Surface component="section" label="Calendar feed" p="xl">
      <Stack gap="sm">
        <Title order={2} fz={22}>
          In your own calendar
        </Title>
        <Text c="dimmed" maw="60ch">
          Subscribe to a private address, and every booking appears in your calendar and moves with its event.
          Whoever has the address can read it; a new one closes the old one.
        </Text>
        {url && (
          <Group align="end" gap="sm">
            <TextInput label="Private address" readOnly value={url} flex="1 1 16rem" onFocus={select} />
            <CopyButton value={url}>
              {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy address'}</Button>}
            </CopyButton>
          </Group>
        )}
        <Group gap="sm">
          <Button variant="default" loading={open.isPending} onClick={() => open.mutate()}>
            {url ? 'Create a new address' : 'Create an address'}
          </Button>
          <Button variant="subtle" loading={close.isPending} onClick={() => close.mutate()}>
            Close the address
          </Button>
        </Group>
      </Stack>
    </Surface>
  )
}

const select = ({ currentTarget }: { currentTarget: HTMLInputElement }) => currentTarget.select()
