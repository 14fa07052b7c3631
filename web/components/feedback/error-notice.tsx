import { Button, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Surface } from '#web/components/layout/surface.tsx'
import { mayWorkLater } from '#web/lib/api/api-error.ts'
import { messageOf } from '#web/lib/text/error-message.ts'

type Props = { error: unknown; retry?: (() => void) | undefined; action?: ReactNode }

/** An error in words, with a retry where one may help. */
export function ErrorNotice({ error, retry, action }: Props) {
  return (
    <Surface p="xl">
      <Stack gap="sm" align="flex-start" role="alert">
        <Text fw={600}>This did not work</Text>
        <Text c="dimmed">{messageOf(error)}</Text>
        <Group gap="sm">
          {retry && mayWorkLater(error) && (
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          )}
          {action}
        </Group>
      </Stack>
    </Surface>
  )
}
