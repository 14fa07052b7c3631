import { Button, Group } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { LinkButton } from '#web/components/controls/links.tsx'
import { SearchField } from '#web/components/controls/search-field.tsx'
import { dialogOnDemand } from '#web/components/feedback/dialog-on-demand.tsx'
import { EmptyState } from '#web/components/feedback/empty-state.tsx'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { sizeOf } from '#web/features/crm/board.rules.ts'
import { Board, BoardSkeleton } from '#web/features/crm/board.tsx'
import { type Move, refreshCrm, useMove } from '#web/features/crm/crm.mutations.ts'
import { boardQuery } from '#web/features/crm/crm.queries.ts'
import { useLiveCrm } from '#web/features/crm/use-live-crm.ts'
import { StudioChoice, useStudio } from '#web/features/facilitators/studio.tsx'
import { paths } from '#web/paths.ts'

const ContactDrawer = dialogOnDemand(
  () => import('#web/features/crm/contact-drawer.tsx'),
  (module) => module.ContactDrawer,
  'booking_id',
)

const route = getRouteApi('/logged-in/studio/crm')

export function CrmPage() {
  const { facilitator } = useStudio()
  const { q, contact } = route.useSearch()
  const navigate = route.useNavigate()
  const move = useMove(facilitator.id)
  const isTouched = useMediaQuery('(pointer: coarse), (max-width: 47.99em)', false, {
    getInitialValueInEffect: false,
  })
  useLiveCrm(facilitator.id, refreshCrm)
  const search = (text: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, q: text || undefined }), replace: true })
  const open = (booking_id: number | undefined) =>
    void navigate({ search: (before) => ({ ...before, contact: booking_id }), resetScroll: false })
  return (
    <Page
      title="Contacts"
      width="wide"
      lead={`Everybody who has booked with you. ${isTouched ? 'Tap a card to open it, or its dots to move it.' : 'Drag a card, use its menu, or press 1 to 5 on it.'}`}
      actions={
        <Group align="end" gap="sm">
          <StudioChoice />
          <SearchField placeholder="Name, address or event" text={q ?? ''} onSearch={search} />
        </Group>
      }
    >
      <Stages q={q} onMove={move} onOpen={open} onClear={() => search(undefined)} />
      <ContactDrawer
        facilitator_id={facilitator.id}
        booking_id={contact}
        onMove={move}
        onClose={() => open(undefined)}
      />
    </Page>
  )
}

type StagesProps = {
  q: string | undefined
  onMove: (move: Move) => void
  onOpen: (booking_id: number) => void
  onClear: () => void
}

function Stages({ q, onMove, onOpen, onClear }: StagesProps) {
  const { facilitator } = useStudio()
  const { data, error, refetch, isPlaceholderData } = useQuery(boardQuery(facilitator.id, q))
  if (error && !data) return <ErrorNotice error={error} retry={refetch} />
  if (!data) return <BoardSkeleton />
  if (sizeOf(data) === 0 && q !== undefined) {
    return (
      <EmptyState
        title="No contacts found"
        action={
          <Button variant="default" onClick={onClear}>
            Show everybody
          </Button>
        }
      >
        No name, address or event has “{q}” in it.
      </EmptyState>
    )
  }
  if (sizeOf(data) === 0) {
    return (
      <EmptyState
        title="Nobody has booked yet"
        action={<LinkButton to={paths.manageEvents}>See your events</LinkButton>}
      >
        Each booking of your events appears here as a card, which you move from New to Completed.
      </EmptyState>
    )
  }
  return (
    <div aria-busy={isPlaceholderData} onPointerEnter={ContactDrawer.prepare}>
      <Board board={data} onMove={onMove} onOpen={onOpen} />
    </div>
  )
}
