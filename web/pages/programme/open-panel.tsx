import { Stack, Text } from '@mantine/core'
import { formOf } from '#web/components/event/form-of.ts'
import { Surface } from '#web/components/layout/surface.tsx'
import { EnterForm } from '#web/features/auth/enter-form.tsx'
import { policyInWords } from '#web/features/bookings/deadline.rules.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { momentsOf } from '#web/lib/time/event-time.rules.ts'
import { useNow } from '#web/lib/time/use-now.ts'
import type { useEnterAndTake } from './enter-and-take.mutations.ts'
import { Closed, Offer } from './offer.tsx'
import { standingOf } from './standing.rules.ts'
import { ThumbBar } from './thumb-bar.tsx'

/** For readers without a login. */
export function OpenPanel({ event, taking }: { event: Event; taking: ReturnType<typeof useEnterAndTake> }) {
  const now = useNow(momentsOf(event))
  const standing = standingOf({ event, hasBooking: false, isWaiting: false, now })
  const isOpen = standing === 'open'
  return (
    <Surface component="section" label="Your place" p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="lg">
        {(isOpen || standing === 'full') && (
          <>
            <Offer event={event} waiting={0} />
            {isOpen && (
              <Text size="sm" c="dimmed">
                {policyInWords(event, now)}
              </Text>
            )}
            <EnterForm
              id={formOf(event)}
              deed={isOpen ? 'book' : 'join'}
              meaning={isOpen ? 'book your seat' : 'join the waiting list'}
              isPending={taking.isPending}
              error={taking.error}
              onEnter={(enter, options) =>
                taking.mutate({ enter, place: isOpen ? 'seat' : 'place in line' }, options)
              }
            />
            <ThumbBar event={event} />
          </>
        )}
        <Closed standing={standing} event={event} />
      </Stack>
    </Surface>
  )
}
