export const cardIdOf = (booking_id: number) => `contact-${booking_id}`

/** The card is a new element in the other column: focus it, for those who use the keyboard. */
export function followWithFocus(booking_id: number): void {
  setTimeout(() => document.getElementById(cardIdOf(booking_id))?.focus(), FOLLOW_MS)
}

/** After the menu has closed and has returned the focus to the removed element. */
const FOLLOW_MS = 250
