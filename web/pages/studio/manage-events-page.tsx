import { Button, Group, SegmentedControl } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { useLiveEvents } from '#web/features/events/use-live-events.ts'
import { StudioChoice, useStudio } from '#web/features/facilitators/studio.tsx'
import { CancelEvent, EventDrawer } from '#web/features/organising/event-dialogs.ts'
import type { OwnEventsSearch } from '#web/features/organising/own-events.rules.ts'
import { OwnEventsList } from '#web/features/organising/own-events-list.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { clocksInWords } from '#web/lib/format.ts'
import { rememberSearch } from '#web/lib/last-search.ts'
import { paths } from '#web/paths.ts'

const route = getRouteApi('/logged-in/studio/manage/events')

export function ManageEventsPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { facilitator, choices } = useStudio()
  const [cancelled, setCancelled] = useState<Event>()
  useLiveEvents()
  useEffect(EventDrawer.prepare, [])
  const { when, q, page } = search
  useEffect(() => rememberSearch(paths.manageEvents, { when, q, page }), [when, q, page])
  const change = (changes: Partial<OwnEventsSearch>) =>
    void navigate({
      search: (before) => ({ ...before, ...changes }),
      replace: 'q' in changes,
      resetScroll: 'page' in changes,
    })
  const write = (how: 'edit' | 'copy') => (event: Event) => change({ write: how, event: event.id })
  const actions = { onEdit: write('edit'), onCopy: write('copy'), onCancel: setCancelled }
  return (
    <Page
      title={choices.length > 0 ? 'Events' : 'Your events'}
      lead={`Your events and their bookings. ${clocksInWords()}`}
      actions={
        <Group align="end" gap="sm">
          <StudioChoice />
          <Button
            leftSection={<IconPlus size={18} stroke={1.8} />}
            onClick={() => change({ write: 'new', event: undefined })}
          >
            New event
          </Button>
        </Group>
      }
    >
      <Group mb="xl" gap="md">
        <SegmentedControl
          aria-label="When"
          radius="xl"
          value={search.when ?? 'next'}
          onChange={(when) => change({ when: when === 'next' ? undefined : when, page: undefined })}
          data={[
            { value: 'next', label: 'Upcoming' },
            { value: 'past', label: 'Past' },
            { value: 'cancelled', label: 'Cancelled' },
          ]}
        />
        <SearchField
          placeholder="Search your events"
          text={search.q ?? ''}
          onSearch={(q) => change({ q: q || undefined, page: undefined })}
        />
      </Group>
      <OwnEventsList facilitator_id={facilitator.id} search={search} onChange={change} actions={actions} />
      <EventDrawer
        write={search.write}
        event_id={search.event}
        facilitator_id={facilitator.id}
        onClose={() => change({ write: undefined, event: undefined })}
      />
      <CancelEvent event={cancelled} onClose={() => setCancelled(undefined)} />
    </Page>
  )
}
