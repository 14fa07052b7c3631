import { AppError, unavailable } from '#shared/errors/app-error.ts'

export const crmAway = () =>
  unavailable('crm_unavailable', 'The CRM cannot be asked right now: please try again when it is back.')

/** Trying again is no use: somebody would have to connect another CRM. */
export const crmLacks = (what: string) =>
  new AppError(501, 'not_in_this_crm', `The CRM that is connected has no ${what}.`)
