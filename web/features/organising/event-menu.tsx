import { Menu } from '@mantine/core'
import { IconCopy, IconExternalLink, IconPencil, IconX } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { momentsOf, phaseOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import { paths } from '#web/paths.ts'

export type Actions = {
  onEdit: (event: Event) => void
  onCopy: (event: Event) => void
  onCancel: (event: Event) => void
}

/** Past and cancelled events cannot be edited, only duplicated. */
export function EventMenu({
  event,
  onEdit,
  onCopy,
  onCancel,
  ...menu
}: { event: Event } & Actions & MenuOfButton) {
  const navigate = useNavigate()
  const isOpen = event.status === 'ACTIVE'
  const isAhead = phaseOf(event, useNow(momentsOf(event))) === 'upcoming'
  return (
    <ButtonMenu width={220} {...menu}>
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
    </ButtonMenu>
  )
}
