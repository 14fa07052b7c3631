import { useMutation } from '@tanstack/react-query'
import { offerUndo, tell, tellUnmade } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { CrmStatus } from '#web/lib/api/contract.ts'
import { scopeOf, useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { type Known, knownAfter, nameOfStage } from './board.rules.ts'

export type Move = { booking_id: number; name: string; from: CrmStatus; to: CrmStatus }
type Step = Move & { isUndo?: true }

const readCrm = () => refresh(keys.crm.all)

export const refreshCrm = (): void => void readCrm()

/** Optimistic, with undo. A move to the same stage does nothing. */
export function useMove(facilitator_id: number) {
  const { mutate } = useOptimisticMutation({
    shownIn: keys.crm.of(facilitator_id),
    change: (known: Known, move: Step) => knownAfter(known, move),
    mutationFn: ({ booking_id, to }: Step) => putStatus(facilitator_id, booking_id, { crm_status: to }),
    onSuccess(_updated, { isUndo, ...move }) {
      if (isUndo) return
      const undo = () => mutate({ ...move, from: move.to, to: move.from, isUndo: true })
      offerUndo(`${move.name} is now under ${nameOfStage(move.to)}.`, undo)
    },
    onError: (error, { name, to, isUndo }) =>
      tellUnmade(
        error,
        isUndo ? `The move of ${name} could not be undone` : `${name} was not moved`,
        `Perhaps not moved: ${name} to ${nameOfStage(to)}`,
      ),
    readAgain: readCrm,
  })
  return (move: Move) => {
    if (move.from !== move.to) mutate(move)
  }
}

type Note = { crm_status: CrmStatus; notes: string }

/** Adds a note to the history, with the stage at which it was written: after the move to it, which may be under way. */
export function useAddNote(facilitator_id: number, booking_id: number) {
  return useMutation({
    scope: scopeOf(keys.crm.of(facilitator_id)),
    mutationFn: (note: Note) => putStatus(facilitator_id, booking_id, note),
    onSuccess: () => tell('Your note is saved.'),
    onSettled: refreshCrm,
  })
}

const putStatus = (id: number, booking_id: number, body: { crm_status: CrmStatus; notes?: string }) =>
  call('PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status', { params: { id, booking_id }, body })
