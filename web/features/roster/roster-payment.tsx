import { Button, Menu } from '@mantine/core'
import type { PaymentStatus, RosterEntry } from '#web/lib/api/contract.ts'
import { PAYMENTS } from '#web/lib/text/payments.ts'
import classes from './roster.module.css'
import { useMarkPayment } from './roster.mutations.ts'

type Props = { entry: RosterEntry; event_id: number; name: string }

export function Payment({ entry, event_id, name }: Props) {
  const { payment_status } = entry
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

/** The same choices for another menu, which may leave out the present state. */
export function PaymentItems({
  entry,
  event_id,
  isChange = false,
}: Omit<Props, 'name'> & { isChange?: boolean }) {
  const { mutate } = useMarkPayment(event_id)
  return choicesFor(entry)
    .filter((choice) => !isChange || choice !== entry.payment_status)
    .map((choice) => (
      <Menu.Item
        key={choice}
        className={isChange ? classes.onPhones : undefined}
        onClick={() => mutate({ entry, payment_status: choice })}
      >
        {isChange && 'Payment: '}
        {PAYMENTS[choice]}
      </Menu.Item>
    ))
}

/** The changes that the API accepts: only paid bookings can be refunded, and cancelled ones cannot be paid. */
function choicesFor({ status, payment_status }: RosterEntry): PaymentStatus[] {
  const isGone = status === 'CANCELLED'
  const all: PaymentStatus[] = isGone ? [] : ['pending', 'paid']
  return payment_status === 'paid' ? [...all, 'refunded'] : all.length > 0 ? all : [payment_status]
}
