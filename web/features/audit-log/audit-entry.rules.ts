import type { AuditEntry } from '#web/lib/api/contract.ts'

/** `booking.crm_status_changed` about booking 3: `Booking 3: crm status changed` */
export function entryInWords({ action, subject, subject_id }: AuditEntry): string {
  const verb = (action.split('.').at(-1) ?? action).replaceAll('_', ' ')
  return `${subject.charAt(0).toUpperCase()}${subject.slice(1)} ${subject_id}: ${verb}`
}

export const actorInWords = ({ actor_id }: Pick<AuditEntry, 'actor_id'>): string =>
  actor_id === null ? 'by Stillpoint or a command' : `by account ${actor_id}`

/** `from pending, to paid` */
export function detailsInWords({ details }: Pick<AuditEntry, 'details'>): string {
  const known = Object.entries(details).filter(([, value]) => value !== null && value !== undefined)
  return known.map(([name, value]) => `${name.replaceAll('_', ' ')} ${inWords(value)}`).join(', ')
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(inWords).join(' and ').replaceAll('_', ' ')
  if (typeof value === 'object' && value !== null)
    return Object.entries(value)
      .map(([name, each]) => `${name} ${inWords(each)}`)
      .join(' ')
  return value === true ? 'yes' : value === false ? 'no' : String(value)
}
