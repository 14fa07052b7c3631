import { ApiError } from '#web/lib/api/api-error.ts'
import { faultsInWords, problemInWords } from './fault-words.rules.ts'

/** A sentence for the user about any error. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ApiError))
    return 'Something went wrong on this page: please try again, or reload it.'
  const sentence = sentenceOf(error)
  const wait = error.retryAfterSeconds
  // A message with a number already says how long to wait.
  return wait < WAIT_WORTH_SAYING_SECONDS || /\d/.test(error.message) || error.code === MAIL_OFF
    ? sentence
    : `${sentence.replace(SOON, '.')} You can try again in ${waitInWords(wait)}.`
}

const sentenceOf = ({ details, message, code }: ApiError): string =>
  details.length > 0 ? faultsInWords(details) : problemInWords(message, code)

const WAIT_WORTH_SAYING_SECONDS = 3
/** Is switched on by people, not by waiting. */
const MAIL_OFF = 'mail_off'
/** Would contradict a wait of minutes. */
const SOON = /: please (?:try|ask) again(?: in a moment| shortly)?\.$/

function waitInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes === 1 ? 'a minute' : `${minutes} minutes`
}
