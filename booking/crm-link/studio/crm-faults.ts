import { AppError, unavailable } from '#shared/errors/app-error.ts'

export const crmAway = () =>
  unavailable('crm_unavailable', 'The CRM cannot be asked right now: please try again when it is back.')

/** 501, since a retry cannot help: the connected CRM lacks an extension of the contract. */
export const crmLacks = (what: string) =>
  new AppError(501, 'not_in_this_crm', `The CRM that is connected has no ${what}.`)
