import { useMutation } from '@tanstack/react-query'
import type { Enter } from '#web/features/auth/enter-form.tsx'
import { takeSeat } from '#web/features/bookings/booking.mutations.ts'
import { takePlace } from '#web/features/waitlist/waitlist.mutations.ts'
import type { Event } from '#web/lib/api/contract.ts'
import { refreshSeats } from '#web/lib/query-client.ts'

type Place = 'seat' | 'place in line'

/**
 * Logs in, or creates an account, and takes a seat or a place in the waiting list in the same step. What was asked for is what is
 * taken: when the last seat goes meanwhile, nobody is put on a list unasked.
 */
export function useEnterAndTake(event: Event) {
  return useMutation({
    async mutationFn({ enter, place }: { enter: Enter; place: Place }) {
      await enter()
      if (place === 'seat') await takeSeat(event.id, '')
      else await takePlace(event.id, '')
    },
    onSettled: refreshSeats,
  })
}
