/** What the pages call the states of a payment. */
export const PAYMENTS = { pending: 'Not paid', paid: 'Paid', refunded: 'Refunded' } as const
