import { ApiError, isGone } from '#web/lib/api/api-error.ts'
import { faultsInWords, problemInWords } from './fault-words.rules.ts'

/** A sentence for the user about any error. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Something went wrong on this page: please try again, or reload it.'
  if (isGone(error) && NAMES_AN_ID.test(error.message)) return 'This no longer exists.'
  const wait = error.retryAfterSeconds
  // A message with a number already says how long to wait.
  return wait < WAIT_WORTH_SAYING_SECONDS || /\d/.test(error.message)
    ? sentenceOf(error)
    : `${error.message} You can try again in ${waitInWords(wait)}.`
}

const sentenceOf = ({ details, message }: ApiError): string =>
  details.length > 0 ? faultsInWords(details) : problemInWords(message)

const WAIT_WORTH_SAYING_SECONDS = 3
/** Such a message is about an id, which users never see. */
const NAMES_AN_ID = /\bid\b/

function waitInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
