import assert from 'node:assert/strict'
import { test } from 'node:test'
import { promiseInWords } from './waitlist.rules.ts'

test('the next seat is promised to the first in line only, and a mail only where there are mails', () => {
  assert.match(promiseInWords(1, true), /^The next seat .* is booked for you\. You then get a mail/)
  assert.match(promiseInWords(2, true), /^When it is your turn, /)
  assert.doesNotMatch(promiseInWords(2, false), /next seat|mail/)
  assert.match(promiseInWords(2, false), /home page/)
})
