import Type, { type Static } from 'typebox'
import { WireTime } from '#shared/http/schemas/schemas.ts'

const LISTED_MAX = 100

const Ids = (description: string) =>
  Type.Object(
    {
      count: Type.Integer(),
      booking_ids: Type.Array(Type.Integer(), { description: `The first ${LISTED_MAX}.` }),
    },
    { description },
  )

export const Reconciliation = Type.Object(
  {
    in_agreement: Type.Boolean({ description: 'True when the next three are empty.' }),
    missing: Ids('Bookings that the CRM should know and does not.'),
    differing: Ids('Bookings that are cancelled on one side only.'),
    unknown: Ids('Bookings that only the CRM knows, up to the highest id of the Main API.'),
    waiting: Type.Integer({
      description: 'Bookings that the CRM is still being told about: no disagreement.',
    }),
    compared: Type.Integer({ description: 'Bookings of the Main API that were looked at.' }),
    checked_at: WireTime,
  },
  { title: 'Reconciliation' },
)
export type Reconciliation = Static<typeof Reconciliation>

export function toIds(ids: number[]): { count: number; booking_ids: number[] } {
  return { count: ids.length, booking_ids: ids.slice(0, LISTED_MAX) }
}
