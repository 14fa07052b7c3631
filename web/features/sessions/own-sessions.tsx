import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import type { OwnSession } from '#web/lib/api/contract.ts'
import { nearOrShortDay, shortDay, timeOfDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './own-sessions.module.css'
import { logOut, useEndSession, useLogOutEverywhere } from './sessions.mutations.ts'
import { sessionsQuery } from './sessions.queries.ts'

/** The devices that are logged in, and ways to log out one or all. */
export function OwnSessions({ onLoggedOut }: { onLoggedOut: () => void }) {
  const everywhere = useLogOutEverywhere(onLoggedOut)
  return (
    <>
      <Text c="dimmed">
        Log out devices that you no longer have. If you do not recognise one, change your password too.
      </Text>
      <List />
      <Group gap="sm">
        <Button variant="default" onClick={() => logOut().then(onLoggedOut)}>
          Log out on this device
        </Button>
        <Button variant="default" loading={everywhere.isPending} onClick={() => everywhere.mutate()}>
          Log out everywhere
        </Button>
      </Group>
    </>
  )
}

function List() {
  const { data, error, refetch } = useQuery(sessionsQuery)
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <Skeleton height={120} radius="lg" role="status" aria-label="Loading your devices" />
  return (
    <ul className={classes.list} aria-label="Devices">
      {data.sessions.map((session) => (
        <Row key={session.id} session={session} />
      ))}
    </ul>
  )
}

function Row({ session }: { session: OwnSession }) {
  const { mutate, isPending } = useEndSession()
  const { device, started_at, last_used_at, is_current } = session
  return (
    <li className={classes.row} aria-label={device}>
      <Stack gap={1}>
        <Group gap="xs">
          <Text fw={500} className={classes.name}>
            {device}
          </Text>
          {is_current && <Mark>This device</Mark>}
        </Group>
        <Text size="sm" c="dimmed">
          Since {shortDay(fromWire(started_at))}, last used {lastUsedInWords(fromWire(last_used_at))}
        </Text>
      </Stack>
      {!is_current && (
        <Button
          variant="default"
          size="sm"
          loading={isPending}
          aria-label={`Log out: ${device}`}
          onClick={() => mutate(session)}
        >
          Log out
        </Button>
      )}
    </li>
  )
}

/** `today, 14:05 CET` */
function lastUsedInWords(at: Date): string {
  const day = nearOrShortDay(at, new Date())
  return `${day === 'Today' ? 'today' : day}, ${timeOfDay(at)}`
}
