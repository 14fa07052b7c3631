import { BookingEnv } from '#booking/config.ts'
import { CrmEnv } from '#crm/config.ts'

/** The schemas of all settings, of either service, by name. */
export const knownSettings = { ...BookingEnv.properties, ...CrmEnv.properties }
