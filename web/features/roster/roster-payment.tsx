import { Button, Text } from '@mantine/core'
import { menuOnDemand } from '#web/components/feedback/menu-on-demand.tsx'
import type { RosterEntry } from '#web/lib/api/contract.ts'
import { choicesFor, paymentInWords } from './roster.rules.ts'

const PaymentMenu = menuOnDemand(
  () => import('./payment-menu.tsx'),
  (module) => module.PaymentMenu,
)

type Props = { entry: RosterEntry; event_id: number; name: string }

export function Payment({ entry, event_id, name }: Props) {
  const { payment_status } = entry
  if (choicesFor(entry).length === 0)
    return (
      <Text size="sm" c="dimmed" ta="center">
        {paymentInWords(entry)}
      </Text>
    )
  return (
    <PaymentMenu
      entry={entry}
      event_id={event_id}
      button={(button) => (
        <Button
          size="sm"
          variant="subtle"
          color="gray"
          c={payment_status === 'paid' ? 'var(--good)' : 'dimmed'}
          aria-label={`Payment of ${name}: ${paymentInWords(entry)}`}
          {...button}
        >
          {paymentInWords(entry)}
        </Button>
      )}
    />
  )
}
