import { useMutation } from '@tanstack/react-query'
import { useRef } from 'react'
import { offerUndo, tell, tellError, tellUnmade } from '#web/components/feedback/toast.tsx'
import { isAnswerLost } from '#web/lib/api/api-error.ts'
import { call } from '#web/lib/api/call.ts'
import type { CrmStatus } from '#web/lib/api/contract.ts'
import * as session from '#web/lib/api/session.ts'
import { scopeOf, useOptimisticMutation } from '#web/lib/queries/optimistic.mutations.ts'
import { queryClient, refresh } from '#web/lib/query-client.ts'
import { keys } from '#web/lib/query-keys.ts'
import { fullName } from '#web/lib/text/names.ts'
import { type Board, type Known, knownAfter, nameOfStage, stageOn } from './board.rules.ts'
import { followWithFocus } from './card-focus.ts'
import { contactQuery, historyQuery } from './crm.queries.ts'
import { type Attempt, isNewest } from './note.rules.ts'

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
      offerUndo(`${move.name} is now under ${nameOfStage(move.to)}.`, () =>
        stageNow(facilitator_id, move).then(
          (stage) => {
            if (stage === move.to) undo()
            else tellMovedSince(move, stage)
            followWithFocus(move.booking_id)
          },
          (error) => tellError(error, `The move of ${move.name} could not be undone`),
        ),
      )
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

/** Where a contact is: on the board, which is kept up to date while it is on the screen, or else as the CRM says. */
async function stageNow(facilitator_id: number, { booking_id }: Move): Promise<CrmStatus> {
  const boards = queryClient
    .getQueryCache()
    .findAll({ queryKey: keys.crm.boards(facilitator_id), type: 'active' })
  const shown = boards.map(({ state }) => stageOn(state.data as Board | undefined, booking_id)).find(Boolean)
  if (shown) return shown
  const query = { ...contactQuery(facilitator_id, booking_id), staleTime: 0 }
  return (await queryClient.fetchQuery(query)).booking.crm_status
}

const tellMovedSince = ({ name }: Move, stage: CrmStatus) =>
  tell(`${name} was moved again meanwhile, and stays under ${nameOfStage(stage)}.`)

type Note = { crm_status: CrmStatus; notes: string }

/**
 * Adds a note to the history, with the stage at which it was written: after the move to it, which may be under way. A note whose answer
 * was lost is looked for in the history, so that it is not there twice.
 */
export function useAddNote(facilitator_id: number, booking_id: number) {
  const lost = useRef<Attempt>(undefined)
  const history = historyQuery(facilitator_id, booking_id)
  const isThere = async (attempt: Attempt) => {
    const { history: steps } = await queryClient.fetchQuery({ ...history, staleTime: 0 })
    return isNewest(steps, attempt)
  }
  return useMutation({
    scope: scopeOf(keys.crm.of(facilitator_id)),
    async mutationFn(note: Note) {
      const before = lost.current
      if (before?.notes === note.notes && (await isThere(before))) return
      const known = queryClient.getQueryData(history.queryKey)?.history ?? []
      const attempt = { notes: note.notes, author: ownName(), known: known.map(({ id }) => id) }
      try {
        await putStatus(facilitator_id, booking_id, note)
      } catch (error) {
        if (!isAnswerLost(error)) throw error
        lost.current = attempt
        if (!(await isThere(attempt).catch(() => false))) throw error
      }
    },
    onSuccess() {
      lost.current = undefined
      tell('Your note is saved.')
    },
    onSettled: refreshCrm,
  })
}

const ownName = () => fullName(session.get()?.user ?? { first_name: '', last_name: '' })

const putStatus = (id: number, booking_id: number, body: { crm_status: CrmStatus; notes?: string }) =>
  call('PUT /api/facilitators/{id}/crm/bookings/{booking_id}/status', { params: { id, booking_id }, body })
