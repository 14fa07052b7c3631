import { Kbd, Menu } from '@mantine/core'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import type { CrmStatus } from '#web/lib/api/contract.ts'
import { STAGES } from './board.rules.ts'

/** Where a card can be moved to. */
export function StageMenu({
  from,
  onMove,
  ...menu
}: MenuOfButton & { from: CrmStatus; onMove: (to: CrmStatus) => void }) {
  return (
    <ButtonMenu width={200} {...menu}>
      <Menu.Label c="dimmed">Move to</Menu.Label>
      {STAGES.map(({ stage, name }, i) => (
        <Menu.Item
          key={stage}
          disabled={stage === from}
          rightSection={<Kbd aria-hidden="true">{i + 1}</Kbd>}
          onClick={() => onMove(stage)}
        >
          {name}
        </Menu.Item>
      ))}
    </ButtonMenu>
  )
}
