import { useMutation } from '@tanstack/react-query'
import type { Static } from 'typebox'
import type { CrmStatus } from '#shared/contracts/crm-notification.schema.ts'
import type { CrmStatusUpdated } from '#shared/contracts/crm-status-change.schema.ts'
import { offerUndo, tell, tellError } from '#web/components/toast.tsx'
import { request } from '#web/lib/api-client.ts'
import { queryClient, showAtOnce } from '#web/lib/query-client.ts'
import { type Board, boardAfter, nameOfStage } from './board.rules.ts'
import { crmKeys } from './crm.queries.ts'

export type Move = { booking_id: number; name: string; from: CrmStatus; to: CrmStatus }

const MOVE = ['crm', 'move']
const everything = { queryKey: ['crm'] }

/** What others change is not shown while a move is under way: it would put the card back for a moment. */
export function refreshCrm(): void {
  if (queryClient.isMutating({ mutationKey: MOVE }) === 0) void queryClient.invalidateQueries(everything)
}

/** The card moves at once, back again when the move is refused, and back also when somebody thinks better of it. */
export function useMove(facilitator_id: number) {
  const { mutate } = useMutation({
    mutationKey: MOVE,
    mutationFn: ({ booking_id, to }: Move) => putStatus(facilitator_id, booking_id, { crm_status: to }),
    onMutate: ({ booking_id, to }) => show(facilitator_id, booking_id, to),
    onSuccess: (_updated, move) =>
      offerUndo(`${move.name} is now under ${nameOfStage(move.to)}.`, () => void undo(facilitator_id, move)),
    onError(error, { name }, shown) {
      shown?.undo()
      tellError(error, `${name} stays where they were`)
    },
    onSettled: () => queryClient.invalidateQueries(everything),
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
    tellError(error, 'It could not be taken back')
  } finally {
    void queryClient.invalidateQueries(everything)
  }
}

type Note = { crm_status: CrmStatus; notes: string }

/** A note stands in the history, beside the stage at which it was written. */
export function useAddNote(facilitator_id: number, booking_id: number) {
  return useMutation({
    mutationFn: (note: Note) => putStatus(facilitator_id, booking_id, note),
    onSuccess: () => tell('Your note is kept.'),
    onSettled: () => queryClient.invalidateQueries(everything),
  })
}

const show = (facilitator_id: number, booking_id: number, to: CrmStatus) =>
  showAtOnce<Board>(crmKeys.board(facilitator_id), (board) => boardAfter(board, booking_id, to))

const putStatus = (facilitator_id: number, booking_id: number, body: Partial<Note>) =>
  request<Static<typeof CrmStatusUpdated>>(
    `/api/facilitators/${facilitator_id}/crm/bookings/${booking_id}/status`,
    { method: 'PUT', body },
  )
