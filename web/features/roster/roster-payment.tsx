import { Button, Menu, Text } from '@mantine/core'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { usePrice } from '#web/lib/queries/use-price.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import classes from './roster.module.css'
import { useMarkPayment } from './roster.mutations.ts'
import { choicesFor } from './roster.rules.ts'

type Props = { entry: RosterEntry; event_id: number; name: string }

export function Payment({ entry, event_id, name }: Props) {
  const { payment_status } = entry
  if (choicesFor(entry).length === 0)
    return (
      <Text size="sm" c="dimmed" ta="center">
        {PAYMENTS[payment_status]}
      </Text>
    )
  return (
    <Menu position="bottom-end" width={190} withinPortal>
      <Menu.Target>
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          c={payment_status === 'paid' ? 'var(--good)' : 'dimmed'}
          aria-label={`Payment of ${name}: ${PAYMENTS[payment_status]}`}
        >
          {PAYMENTS[payment_status]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <PaymentItems entry={entry} event_id={event_id} />
      </Menu.Dropdown>
    </Menu>
  )
}

/** What a payment can be marked as. In another menu only on phones, where it has none of its own. */
export function PaymentItems({
  entry,
  event_id,
  isOnPhones = false,
}: Omit<Props, 'name'> & { isOnPhones?: boolean }) {
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
