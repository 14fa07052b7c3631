import { useMutation } from '@tanstack/react-query'
import { offerUndo, tell, tellError } from '#web/components/feedback/toast.tsx'
import { call } from '#web/lib/api/call.ts'
import type { CrmStatus } from '#web/lib/api/contract.ts'
import { queryClient, refresh, showAtOnce } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { type Board, boardAfter, nameOfStage } from './board.rules.ts'

export type Move = { booking_id: number; name: string; from: CrmStatus; to: CrmStatus }

/** Not while a move is under way: reading would put the card back for a moment. */
export function refreshCrm(): void {
  if (queryClient.isMutating({ mutationKey: keys.crm.move }) === 0) void refresh(keys.crm.all)
}

/** Optimistic, with undo. A move to the same stage does nothing. */
export function useMove(facilitator_id: number) {
  const { mutate } = useMutation({
    mutationKey: keys.crm.move,
    mutationFn: ({ booking_id, to }: Move) => putStatus(facilitator_id, booking_id, { crm_status: to }),
    onMutate: ({ booking_id, to }) => show(facilitator_id, booking_id, to),
    onSuccess: (_updated, move) =>
      offerUndo(`${move.name} is now under ${nameOfStage(move.to)}.`, () => void undo(facilitator_id, move)),
    onError(error, { name }, shown) {
      shown?.undo()
      tellError(error, `${name} was not moved`)
    },
    onSettled: () => refresh(keys.crm.all),
  })
  return (move: Move) => {
    if (move.from !== move.to) mutate(move)
  }
}

async function undo(facilitator_id: number, { booking_id, from, to }: Move): Promise<void> {
  await show(facilitator_id, booking_id, from)
  try {
    await putStatus(facilitator_id, booking_id, { crm_status: from })
  } catch (error) {
    await show(facilitator_id, booking_id, to)
    tellError(error, 'The move could not be undone')
  } finally {
    void refresh(keys.crm.all)
  }
}

type Note = { crm_status: CrmStatus; notes: string }

/** Adds a note to the history, with the stage at which it was written. */
export function useAddNote(facilitator_id: number, booking_id: number) {
  return useMutation({
    mutationFn: (note: Note) => putStatus(facilitator_id, booking_id, note),
    onSuccess: () => tell('Your note is saved.'),
    onSettled: () => refresh(keys.crm.all),
  })
}

const show = (facilitator_id: number, booking_id: number, to: CrmStatus) =>
  showAtOnce<Board>(keys.crm.board(facilitator_id), (board) => boardAfter(board, booking_id, to))

const putStatus = (id: number, booking_id: number, body: { crm_status: CrmStatus; notes?: string }) =>
  call('PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status', { params: { id, booking_id }, body })
