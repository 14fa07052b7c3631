import { ActionIcon, Group, Menu, Stack, Title } from '@mantine/core'
import { IconCopy, IconDots, IconExternalLink, IconPencil, IconX } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { EventCover } from '#web/components/event/event-cover.tsx'
import { EventWhen } from '#web/components/event/event-when.tsx'
import { Fill } from '#web/components/event/fill.tsx'
import { JoinOnline } from '#web/components/event/join-online.tsx'
import { Mark } from '#web/components/layout/mark.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import wholeCard from '#web/components/layout/whole-card-link.module.css'
import type { Event } from '#web/lib/api/contract.ts'
import { isOnNow, momentsOf, phaseOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'
import classes from './event-row.module.css'

export type Actions = {
  onEdit: (event: Event) => void
  onCopy: (event: Event) => void
  onCancel: (event: Event) => void
}

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

/** Past and cancelled events cannot be edited, only duplicated. */
export function EventMenu({ event, onEdit, onCopy, onCancel }: { event: Event } & Actions) {
  const navigate = useNavigate()
  const isOpen = event.status === 'ACTIVE'
  const isAhead = phaseOf(event, useNow(momentsOf(event))) === 'upcoming'
  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          radius="xl"
          aria-label={`Actions for ${event.title}`}
        >
          <IconDots size={20} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isOpen && (
          <Menu.Item leftSection={<IconPencil size={18} stroke={1.6} />} onClick={() => onEdit(event)}>
            Change
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconCopy size={18} stroke={1.6} />} onClick={() => onCopy(event)}>
          Duplicate
        </Menu.Item>
        <Menu.Item
          leftSection={<IconExternalLink size={18} stroke={1.6} />}
          onClick={() => navigate({ to: paths.event, params: { id: String(event.id) } })}
        >
          View event page
        </Menu.Item>
        {isOpen && isAhead && (
          <>
            <Menu.Divider />
            <Menu.Item
              c="var(--bad)"
              leftSection={<IconX size={18} stroke={1.6} />}
              onClick={() => onCancel(event)}
            >
              Cancel event…
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
