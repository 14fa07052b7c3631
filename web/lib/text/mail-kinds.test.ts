import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { mailKindInWords } from './mail-kinds.ts'

test('every kind of mail that there is has words of its own, and an unknown one is readable', () => {
  const file = join(import.meta.dirname, '../../../booking/mail/kinds/mail-kinds.ts')
  const [, list = ''] = /MAIL_KINDS[^{]*\{([^}]*)\}/.exec(readFileSync(file, 'utf8')) ?? []
  const kinds = [...list.matchAll(/^ {2}'?([a-z-]+)'?[:,]/gm)].map(([, kind = '']) => kind)
  assert.ok(kinds.length >= 14)
  const wordByWord = (kind: string) => kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ')
  const known = new Set([
    'booking-confirmed',
    'booking-cancelled',
    'event-cancelled',
    'reminder',
    'password-changed',
  ])
  assert.deepEqual(
    kinds.filter((kind) => mailKindInWords(kind) === wordByWord(kind) && !known.has(kind)),
    [],
  )
  assert.equal(mailKindInWords('studio-anniversary'), 'Studio anniversary')
})
