import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { hasCode, NO_ANSWER } from '#web/lib/api/api-error.ts'
import { messageOf } from '#web/lib/text/error-message.ts'
import { type Trouble, withTrouble } from '#web/lib/text/troubles.rules.ts'

const STAY_MS = 6_000
/** Time to notice a mistake and reach the button. */
const UNDO_MS = 12_000
/** Whoever looks elsewhere finds an error there when they come back. */
const ERROR_MS = 60_000

export function tell(message: ReactNode): void {
  show({ message, autoClose: STAY_MS, withBorder: false })
}

let errors: (Trouble & { id: string })[] = []

/** Errors stand above everything else, and stay. The title says what has failed, and whom it is about. */
export function tellError(error: unknown, title = 'That did not work'): void {
  const message = messageOf(error)
  const { kept, titles } = withTrouble(errors, { message, title })
  for (const each of errors.filter((before) => !kept.includes(before))) notifications.hide(each.id)
  const id = notifications.show({
    title: titles.map((each) => <div key={each}>{each}</div>),
    message,
    color: 'red',
    autoClose: ERROR_MS,
    priority: 1,
    styles: { body: { maxHeight: ERROR_HEIGHT, overflowY: 'auto' } },
    onClose: () => {
      errors = errors.filter((each) => each.id !== id)
    },
  })
  errors = [...kept, { id, message, titles }]
}

/** Below the height at which Mantine cuts toasts off. */
const ERROR_HEIGHT = 160

/** Of a change that was not made, or `unsure` when there was no answer to it. */
export const tellUnmade = (error: unknown, refused: string, unsure: string): void =>
  tellError(error, hasCode(error, NO_ANSWER) ? unsure : refused)

export const offerUndo = (message: string, undo: () => void): void => offer(message, 'Undo', undo)

/** Says something, and offers one thing to do about it. */
export function offer(message: string, label: string, act: () => void): void {
  const id = show({
    autoClose: UNDO_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="compact-sm"
          variant="light"
          flex="none"
          onClick={() => {
            notifications.hide(id)
            act()
          }}
        >
          {label}
        </Button>
      </Group>
    ),
  })
}

let latest = ''

/** The newest toast replaces the one before, and no error. */
function show(toast: Parameters<typeof notifications.show>[0]): string {
  notifications.hide(latest)
  latest = notifications.show(toast)
  return latest
}
