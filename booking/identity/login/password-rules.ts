import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { badRequest, invalidFields } from '#shared/errors/app-error.ts'

const CHARACTERS_MIN = 8
const CHARACTERS_MAX = 128

const tooCommon = (field: string) =>
  badRequest(
    'password_too_common',
    'This password is one of those that are guessed first: choose another one, such as three unrelated words.',
    [{ field, message: 'must not be one of the most common passwords' }],
  )

/** Returns the password if it is acceptable as a new one. Throws 400 otherwise. No character classes are required. */
export function readNewPassword(password: string, field = 'password'): string {
  const characters = [...normalise(password)].length
  if (characters < CHARACTERS_MIN || characters > CHARACTERS_MAX) {
    const message = `must have ${CHARACTERS_MIN} to ${CHARACTERS_MAX} characters`
    throw invalidFields([{ field, message }])
  }
  if (COMMON.has(normalise(password).toLowerCase())) throw tooCommon(field)
  return password
}

/** Makes different Unicode encodings of the same text equal. */
export const normalise = (password: string) => password.normalize('NFKC')

const COMMON = new Set(
  readFileSync(join(import.meta.dirname, 'common-passwords.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# ')),
)
