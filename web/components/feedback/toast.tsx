import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ReactNode } from 'react'
import { messageOf } from '#web/lib/text/error-message.ts'

const STAY_MS = 6_000
/** Time to notice a mistake and reach the button. */
const UNDO_MS = 12_000

export function tell(message: ReactNode): void {
  show({ message, autoClose: STAY_MS, withBorder: false })
}

export function tellError(error: unknown, title = 'That did not work'): void {
  show({ title, message: messageOf(error), color: 'red', autoClose: UNDO_MS })
}

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

/** The newest toast replaces the one before. */
function show(toast: Parameters<typeof notifications.show>[0]): string {
  notifications.clean()
  return notifications.show(toast)
}
