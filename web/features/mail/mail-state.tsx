import { Stack, Text, Title } from '@mantine/core'
import { Surface } from '#web/components/layout/surface.tsx'
import type { MailHealth } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import classes from './mail.module.css'
import { verdictOf } from './mail.rules.ts'

export function MailState({ health }: { health: MailHealth }) {
  const { tone, title, text } = verdictOf(health, serverNow())
  return (
    <Surface component="section" label="State" p={{ base: 'lg', sm: 'xl' }} mb="lg">
      <Stack gap={4} role="status">
        <Title order={2} className={classes.title} data-tone={tone}>
          {title}
        </Title>
        <Text c="dimmed" maw="60ch">
          {text}
        </Text>
      </Stack>
    </Surface>
  )
}
