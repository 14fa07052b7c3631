import { Text } from '@mantine/core'
import { DotsButton } from '#web/components/controls/dots-button.tsx'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import type { CrmStatus, FacilitatorBooking } from '#web/lib/api/contract.ts'
import { nearOrShortDay } from '#web/lib/format.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import classes from './board.module.css'
import { stageOfKey } from './board.rules.ts'
import { cardIdOf, followWithFocus } from './card-focus.ts'
import type { Move } from './crm.mutations.ts'

const StageMenu = menuOnDemand(
  () => import('./stage-menu.tsx'),
  (module) => module.StageMenu,
)

type Props = {
  card: FacilitatorBooking
  isDragged: boolean
  onDrag: () => void
  onDragEnd: () => void
  onMove: (move: Move) => void
  onOpen: (booking_id: number) => void
}

export function BoardCard({ card, isDragged, onDrag, onDragEnd, onMove, onOpen }: Props) {
  const { booking_id, user, event, received_at, crm_status: from } = card
  const received = fromWire(received_at)
  const move = (to: CrmStatus) => onMove({ booking_id, name: user.name, from, to })
  const moveByKey = (to: CrmStatus) => {
    move(to)
    followWithFocus(booking_id)
  }
  return (
    <li
      className={classes.card}
      draggable
      data-dragged={isDragged || undefined}
      onDragStart={({ dataTransfer }) => {
        dataTransfer.effectAllowed = 'move'
        dataTransfer.setData('text/plain', user.name)
        onDrag()
      }}
      onDragEnd={onDragEnd}
    >
      <div>
        <button
          type="button"
          id={cardIdOf(booking_id)}
          className={classes.name}
          onClick={() => onOpen(booking_id)}
          onKeyDown={({ key, ctrlKey, metaKey, altKey }) => {
            const to = ctrlKey || metaKey || altKey ? undefined : stageOfKey(key)
            if (to && to !== from) moveByKey(to)
          }}
        >
          <bdi>{user.name}</bdi>
        </button>
        <Text size="sm" c="dimmed" lineClamp={2}>
          <bdi>{event.title}</bdi>
        </Text>
        <Text size="xs" c="dimmed" mt={4}>
          {nearOrShortDay(received, new Date())}
        </Text>
      </div>
      <StageMenu
        from={from}
        onMove={moveByKey}
        button={(button) => (
          <DotsButton label={`Move ${user.name}`} iconSize={18} className={classes.move} {...button} />
        )}
      />
    </li>
  )
}
