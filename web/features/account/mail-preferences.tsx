import { Stack, Switch, Text } from '@mantine/core'
import type { ChangePreferences } from '#web/lib/api/contract.ts'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { useChangePreferences } from './account.mutations.ts'

type Name = keyof ChangePreferences
type Props = { preferences: Required<ChangePreferences>; leadsEvents: boolean }

const OWN: [Name, string][] = [
  ['reminders', 'Reminders before what I have booked'],
  ['booking_mails', 'Confirmations when I book or cancel'],
]
const OF_FACILITATORS: [Name, string][] = [
  ['new_bookings', 'New bookings of events that I lead'],
  ['cancellations', 'Cancellations of events that I lead'],
]

export function MailPreferences({ preferences, leadsEvents }: Props) {
  const sendsMail = useSendsMail()
  const { mutate } = useChangePreferences()
  if (sendsMail === false) return <Text c="dimmed">This studio does not send mail.</Text>
  return (
    <Stack gap="sm">
      <Text c="dimmed">
        What the studio changes or cancels, and what is about your account, you are told in any case.
      </Text>
      {(leadsEvents ? [...OWN, ...OF_FACILITATORS] : OWN).map(([name, label]) => (
        <Switch
          key={name}
          label={label}
          checked={preferences[name]}
          onChange={({ currentTarget }) => mutate({ [name]: currentTarget.checked })}
        />
      ))}
    </Stack>
  )
}
