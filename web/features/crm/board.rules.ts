import type { CrmStatus, FacilitatorBooking, Notification } from '#web/lib/api/contract.ts'

export type Board = Record<CrmStatus, Column>
export type Column = {
  cards: FacilitatorBooking[]
  /** Including cards that are not shown. */
  total: number
}

export const STAGES: { stage: CrmStatus; name: string; hint: string }[] = [
  { stage: 'new', name: 'New', hint: 'New bookings appear here.' },
  { stage: 'reviewed', name: 'Reviewed', hint: 'You have read the booking.' },
  { stage: 'contacted', name: 'Contacted', hint: 'You have written or called.' },
  { stage: 'confirmed', name: 'Confirmed', hint: 'They have confirmed that they will come.' },
  { stage: 'completed', name: 'Completed', hint: 'Nothing is left to do.' },
]

export const nameOfStage = (stage: CrmStatus): string =>
  STAGES.find((each) => each.stage === stage)?.name ?? stage

/** The stage of a card. Undefined if it is not on the board. */
export const stageOn = (board: Board | undefined, booking_id: number): CrmStatus | undefined =>
  STAGES.map(({ stage }) => stage).find((stage) =>
    board?.[stage].cards.some((card) => card.booking_id === booking_id),
  )

/** The board after a move: the card is at the top of the new column. */
export function boardAfter(board: Board, booking_id: number, to: CrmStatus): Board {
  const from = stageOn(board, booking_id)
  if (!from || from === to) return board
  const card = board[from].cards.find((each) => each.booking_id === booking_id)
  if (!card) return board
  return {
    ...board,
    [from]: {
      cards: board[from].cards.filter((each) => each !== card),
      total: board[from].total - 1,
    },
    [to]: { cards: [{ ...card, crm_status: to }, ...board[to].cards], total: board[to].total + 1 },
  }
}

/** Everything that is read about the contacts of a facilitator; boards and contacts have a stage. */
export type Known = Board | { booking: Notification } | { history: unknown } | { notes: unknown } | null

/** What is known of them after a move. */
export function knownAfter(known: Known, { booking_id, to }: { booking_id: number; to: CrmStatus }): Known {
  if (known === null) return known
  if ('completed' in known) return boardAfter(known, booking_id, to)
  if (!('booking' in known) || known.booking.booking_id !== booking_id) return known
  return { ...known, booking: { ...known.booking, crm_status: to } }
}

/** The stage of the keys 1 to 5. */
export const stageOfKey = (key: string): CrmStatus | undefined =>
  /^[1-5]$/.test(key) ? STAGES[Number(key) - 1]?.stage : undefined

export const sizeOf = (board: Board): number => STAGES.reduce((sum, { stage }) => sum + board[stage].total, 0)
