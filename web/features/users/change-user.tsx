import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { isComplete, NOT_TAKEN_OVER, TakeOverFields } from '#web/components/account/take-over.tsx'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import type { ManagedUser, UpdateUser } from '#web/lib/api/contract.ts'
import { count } from '#web/lib/format.ts'
import { fullName } from '#web/lib/text/names.ts'
import { useUpdateUser } from './user.mutations.ts'
import type { Action } from './users.rules.ts'

/** A change to confirm. Cancelling bookings has its own dialog, `CancelAll`. */
export type Change = { user: ManagedUser; action: Exclude<Action, 'cancel'> }

const QUESTIONS: Record<Change['action'], (name: string) => string> = {
  close: (name) => `Close the account of ${name}?`,
  reopen: (name) => `Reopen the account of ${name}?`,
  promote: (name) => `Make ${name} an admin?`,
  demote: (name) => `Remove the admin role of ${name}?`,
}

/** Says what a change does, and asks for confirmation. */
export function ChangeUser({ change, onClose }: { change: Change | undefined; onClose: () => void }) {
  const title = change && QUESTIONS[change.action](fullName(change.user))
  return (
    <Modal opened={change !== undefined} onClose={onClose} title={title}>
      {change?.action === 'close' && <Close user={change.user} onClose={onClose} />}
      {change?.action === 'reopen' && (
        <Ask user={change.user} onClose={onClose} body={{ is_active: true }} confirm="Reopen account">
          {change.user.first_name} can log in again, with the same password as before. Bookings and roles that
          ended when the account was closed do not come back.
        </Ask>
      )}
      {change?.action === 'promote' && <Promote user={change.user} onClose={onClose} />}
      {change?.action === 'demote' && (
        <Ask user={change.user} onClose={onClose} body={{ is_admin: false }} confirm="Remove role">
          {change.user.first_name} is logged out everywhere, and can no longer see or change what only admins
          can. The account and its bookings stay.
        </Ask>
      )}
    </Modal>
  )
}

type OneProps = { user: ManagedUser; onClose: () => void }

/** The account of a facilitator with upcoming events needs a second confirmation: admins then look after the events. */
function Close({ user, onClose }: OneProps) {
  const { mutate, isPending, error } = useUpdateUser(user, onClose)
  const leadsEvents = hasCode(error, 'events_ahead')
  const close = () => mutate({ is_active: false, ...(leadsEvents && { leave_events: true }) })
  return (
    <Question
      confirm={leadsEvents ? 'Close and keep the events' : 'Close account'}
      isBusy={isPending}
      onConfirm={close}
      onClose={onClose}
    >
      <Text>
        {user.first_name} is logged out everywhere and can no longer log in.{' '}
        {user.bookings_ahead > 0 &&
          `${count(user.bookings_ahead, 'upcoming booking is', 'upcoming bookings are')} cancelled, and the seats go to people on the waiting lists. `}
        {user.is_admin && 'The admin role ends. '}
        You can reopen the account later, but bookings and roles do not come back.
      </Text>
      {leadsEvents ? (
        <Alert variant="default" color="gray" radius="md" role="alert">
          {user.first_name} still leads upcoming events. You can cancel them first. Or close the account now:
          the events stay as they are, and admins look after them.
        </Alert>
      ) : (
        <FormError error={error} />
      )}
    </Question>
  )
}

function Promote({ user, onClose }: OneProps) {
  const [takeOver, setTakeOver] = useState(NOT_TAKEN_OVER)
  const { mutate, isPending, error } = useUpdateUser(user, onClose)
  const needsMore = !user.email_proven || hasCode(error, 'account_not_proven')
  const { password } = takeOver
  const promote = () => mutate({ is_admin: true, ...(needsMore && { existing: true, password }) })
  return (
    <Question
      confirm="Make admin"
      isDisabled={needsMore && !isComplete(takeOver)}
      isBusy={isPending}
      onConfirm={promote}
      onClose={onClose}
    >
      <Text>
        Admins see every event, roster and contact. They add facilitators, close accounts, and make others
        admins.
      </Text>
      {needsMore && <TakeOverFields becomes="an admin" value={takeOver} onChange={setTakeOver} />}
      {!hasCode(error, 'account_not_proven') && <FormError error={error} />}
    </Question>
  )
}

type AskProps = OneProps & { body: UpdateUser; confirm: string; children: ReactNode }

function Ask({ user, body, confirm, onClose, children }: AskProps) {
  const { mutate, isPending, error } = useUpdateUser(user, onClose)
  return (
    <Question confirm={confirm} isBusy={isPending} onConfirm={() => mutate(body)} onClose={onClose}>
      <Text>{children}</Text>
      <FormError error={error} />
    </Question>
  )
}

type QuestionProps = {
  confirm: string
  isBusy: boolean
  isDisabled?: boolean
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

function Question({ confirm, isBusy, isDisabled, onConfirm, onClose, children }: QuestionProps) {
  return (
    <form
      onSubmit={(submit) => {
        submit.preventDefault()
        onConfirm()
      }}
    >
      <Stack>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={isDisabled}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
