import { isAnonymousEmail } from '#shared/contracts/anonymous-person.ts'
import { invalidFields } from '#shared/http/app-error.ts'

/** The address without surrounding blanks. Throws 400 for what cannot be one. */
export function readEmail(text: string): string {
  const email = text.trim()
  if (EMAIL.test(email) && !isAnonymousEmail(email)) return email
  throw invalidFields([{ field: 'email', message: 'must be an e-mail address such as name@example.com' }])
}

const EMAIL = /^[^\s@<>()[\],;:\\"]+@[^\s@<>()[\],;:\\"]+\.[^\s@<>()[\],;:\\".]+$/
