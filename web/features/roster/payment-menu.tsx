import { Menu } from '@mantine/core'
import { ButtonMenu, type MenuOfButton } from '#web/components/controls/button-menu.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import classes from './roster.module.css'
import { useMarkPayment } from './roster.mutations.ts'
import { choicesFor } from './roster.rules.ts'

type Props = { entry: RosterEntry; event_id: number }

export function PaymentMenu({ entry, event_id, ...menu }: Props & MenuOfButton) {
  return (
    <ButtonMenu width={190} {...menu}>
      <PaymentItems entry={entry} event_id={event_id} />
    </ButtonMenu>
  )
}

/** What a payment can be marked as. In another menu only on phones, where it has none of its own. */
export function PaymentItems({ entry, event_id, isOnPhones = false }: Props & { isOnPhones?: boolean }) {
  const { mutate } = useMarkPayment(event_id)
  const price = usePrice()
  return choicesFor(entry).map((choice) => (
    <Menu.Item
      key={choice}
      className={isOnPhones ? classes.onPhones : undefined}
      onClick={() => mutate({ entry, payment_status: choice })}
    >
      Mark as {PAYMENTS[choice].toLowerCase()}
      {choice === 'paid' && entry.price > 0 && ` (${price(entry.price)})`}
    </Menu.Item>
  ))
}
