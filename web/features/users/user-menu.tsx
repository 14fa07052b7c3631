import { Menu } from '@mantine/core'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import type { Action, Offer } from './users.rules.ts'

type Props = MenuOfButton & { offers: Offer[]; onAct: (action: Action) => void }

export function UserMenu({ offers, onAct, ...menu }: Props) {
  return (
    <ButtonMenu width={260} {...menu}>
      {offers.map(({ action, label, refusal }) => (
        <Menu.Item
          key={action}
          c={action === 'close' && refusal === undefined ? 'var(--bad)' : undefined}
          disabled={refusal !== undefined}
          onClick={() => onAct(action)}
        >
          {label}
        </Menu.Item>
      ))}
      <Refusal offers={offers} />
    </ButtonMenu>
  )
}

/** The reason why items are disabled, once for all of them. */
function Refusal({ offers }: Pick<Props, 'offers'>) {
  const refusal = offers.find((each) => each.refusal !== undefined)?.refusal
  return refusal === undefined ? null : <Menu.Label>{refusal}</Menu.Label>
}
