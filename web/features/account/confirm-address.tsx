import { Alert, Button, Stack, Text } from '@mantine/core'
import { useSendsMail } from '#web/lib/queries/use-sends-mail.ts'
import { useMailLinkAgain } from './account.mutations.ts'

/** For an account whose address is not confirmed. Where no mail is sent there is nothing to do about it. */
export function ConfirmAddress({ email }: { email: string }) {
  const sendsMail = useSendsMail()
  const { mutate, isPending, isSuccess } = useMailLinkAgain()
  if (!sendsMail) return null
  return (
    <Alert variant="light" radius="md" title="Please confirm your e-mail address">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          Open the link that we have mailed to {email}. You can book without it, but have fewer bookings at a
          time.
        </Text>
        <Button variant="default" size="sm" loading={isPending} disabled={isSuccess} onClick={() => mutate()}>
          {isSuccess ? 'Sent' : 'Send again'}
        </Button>
      </Stack>
    </Alert>
  )
}
