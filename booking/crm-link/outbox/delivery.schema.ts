import Type, { type Static } from 'typebox'
import { Nullable, WireTime } from '#shared/http/schemas/schemas.ts'

export const DeliveryHealth = Type.Object(
  {
    waiting: Type.Integer({ description: 'Messages that the CRM has not acknowledged yet.' }),
    oldest_at: Nullable(Type.String({ ...WireTime, description: 'Since when the oldest of them waits.' })),
    is_crm_away: Type.Boolean({ description: 'The last attempts of this instance got no answer.' }),
    erasures_waiting: Type.Integer({
      description: 'Deleted accounts that the CRM has not acknowledged to have forgotten.',
    }),
    checked_at: WireTime,
  },
  { title: 'DeliveryHealth' },
)
export type DeliveryHealth = Static<typeof DeliveryHealth>
