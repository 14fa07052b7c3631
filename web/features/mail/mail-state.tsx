import { VerdictText } from '#web/components/feedback/verdict.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import type { MailHealth } from '#web/lib/api/contract.ts'
import { serverNow } from '#web/lib/api/server-clock.ts'
import { verdictOf } from './mail.rules.ts'

export function MailState({ health }: { health: MailHealth }) {
  return (
    <Surface component="section" label="State" p={{ base: 'lg', sm: 'xl' }} mb="lg">
      <VerdictText {...verdictOf(health, serverNow())} />
    </Surface>
  )
}
