import type { Event } from '#web/lib/api/contract.ts'

/** The id of the form that books an event or joins its waiting list, for buttons outside it. */
export const formOf = ({ id }: Pick<Event, 'id'>): string => `place-${id}`
