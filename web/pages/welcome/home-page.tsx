import { Button, Group, Skeleton, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense } from 'react'
import { PAGE_WIDTH } from '#shared/pictures/horizon.rules.ts'
import { LinkButton, TextLink } from '#web/components/controls/links.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Horizon } from '#web/components/horizon/horizon.tsx'
import { EventGrid, EventGridSkeleton } from '#web/features/events/cards/event-grid.tsx'
import { nextEventsQuery } from '#web/features/events/event.queries.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { hourOfDay } from '#web/lib/format.ts'
import { lazyComponent } from '#web/lib/load-code.ts'
import { paths } from '#web/paths.ts'
import classes from './home-page.module.css'

/** Not for strangers, who come here first and often. */
const OwnHome = lazyComponent(
  () => import('./own-home.tsx'),
  (module) => module.OwnHome,
)

export function HomePage() {
  const isLoggedIn = useSession() !== undefined
  const programme = (
    <>
      <OnNext />
      <Promises />
    </>
  )
  return (
    <div className={classes.page}>
      <title>Stillpoint — sessions and retreats</title>
      {isLoggedIn ? (
        <Suspense fallback={pending}>
          <OwnHome pending={pending} hero={<Hero />}>
            {programme}
          </OwnHome>
        </Suspense>
      ) : (
        <>
          <Hero />
          {programme}
        </>
      )}
    </div>
  )
}

const pending = (
  <Skeleton height={420} radius="xl" role="status" aria-busy="true" aria-label="Loading your news" />
)

/** The sky follows the reader's time of day. */
function Hero() {
  const session = useSession()
  return (
    <section className={classes.hero}>
      <div className={classes.sky}>
        <Horizon id={8} isRetreat={false} hour={hourOfDay(new Date())} width={PAGE_WIDTH} />
      </div>
      <div className={classes.words}>
        <Title order={1} className={classes.title}>
          A quiet hour, kept for you.
        </Title>
        <Text size="lg" className={classes.lead}>
          Sessions and retreats in stillness, breath and slow movement. Book your seat, and come as you are.
        </Text>
        <Group gap="sm">
          <LinkButton to={paths.events} size="md">
            See what is on
          </LinkButton>
          {session ? (
            <LinkButton to={paths.bookings} size="md" variant="default">
              Your bookings
            </LinkButton>
          ) : (
            <LinkButton to={paths.register} size="md" variant="default">
              Create an account
            </LinkButton>
          )}
        </Group>
      </div>
    </section>
  )
}

function OnNext() {
  const { data, error, refetch } = useQuery(nextEventsQuery)
  return (
    <section>
      <Group justify="space-between" align="baseline" mb="lg">
        <Title order={2}>On next</Title>
        <TextLink to={paths.events} underline="always">
          Everything that is on
        </TextLink>
      </Group>
      {error && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && <EventGridSkeleton />}
      {data &&
        (data.events.length > 0 ? (
          <EventGrid events={data.events} />
        ) : (
          <EmptyState
            title="Nothing is planned yet"
            action={
              <Button variant="default" onClick={() => refetch()}>
                Try again
              </Button>
            }
          >
            The next sessions and retreats will be here as soon as they are open for booking.
          </EmptyState>
        ))}
    </section>
  )
}

const PROMISES = [
  ['A seat that is yours', 'Your seat is confirmed at once. Nobody else can have it.'],
  ['A fair waiting list', 'When a seat becomes free it goes to the person who has waited longest.'],
  ['Easy to cancel', 'Every event says until when you can cancel, and cancelling takes two clicks.'],
] as const

function Promises() {
  return (
    <section className={classes.promises} aria-label="What you can count on">
      {PROMISES.map(([title, text]) => (
        <div key={title}>
          <Title order={3} mb={6}>
            {title}
          </Title>
          <Text c="dimmed">{text}</Text>
        </div>
      ))}
    </section>
  )
}
