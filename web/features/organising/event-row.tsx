import { Group, Stack, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { DotsButton } from '#web/components/controls/dots-button.tsx'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { Fill } from '#web/components/event/fill.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import type { Event } from '#web/lib/api/contract.ts'
import { isOnNow, momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import type { Actions } from './event-menu.tsx'
import classes from './event-row.module.css'

const MenuOfEvent = menuOnDemand(
  () => import('./event-menu.tsx'),
  (module) => module.EventMenu,
)

export function EventRow({ event, ...actions }: { event: Event } & Actions) {
  const now = useNow(momentsOf(event))
  return (
    <Surface
      component="article"
      className={classes.row}
      data-faded={event.status === 'CANCELLED' || undefined}
    >
      <div className={classes.cover}>
        <EventCover event={event} />
      </div>
      <Stack gap={2}>
        <Group gap="xs">
          <Title order={2} fz={19}>
            <Link to={paths.manageEvent} params={{ id: String(event.id) }} className={wholeCard.link}>
              <bdi>{event.title}</bdi>
            </Link>
          </Title>
          {event.status === 'CANCELLED' && <Mark>Cancelled</Mark>}
          {isOnNow(event, now) && <Mark>On now</Mark>}
          {event.series_id !== null && <Mark>Series</Mark>}
        </Group>
        <EventWhen event={event} now={now} />
        {isOnNow(event, now) && (
          <div className={classes.join}>
            <JoinOnline link={event.virtual_link} />
          </div>
        )}
      </Stack>
      <div className={classes.seats}>
        <Fill taken={event.current_participants} seats={event.max_participants} />
      </div>
      <div className={classes.menu}>
        <EventMenu event={event} {...actions} />
      </div>
    </Surface>
  )
}

export function EventMenu({ event, ...actions }: { event: Event } & Actions) {
  return (
    <MenuOfEvent
      event={event}
      {...actions}
      button={(button) => <DotsButton label={`Actions for ${event.title}`} size="lg" {...button} />}
    />
  )
}
