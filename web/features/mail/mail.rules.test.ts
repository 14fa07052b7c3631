import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ListedMail, MailHealth } from '#web/lib/api/contract.ts'
import {
  reasonInWords,
  retryLabel,
  STATUSES,
  saysItsKind,
  statusInWords,
  timeOf,
  verdictOf,
} from './mail.rules.ts'
import { EVERY_MAIL, isFiltered, mailsQueryOf, readMailSearch } from './mail-search.ts'

const NOW = new Date('2026-11-25T10:00:00Z')
const health = (changes: Partial<MailHealth>): MailHealth => ({
  is_on: true,
  is_server_away: false,
  waiting: 0,
  oldest_at: null,
  ...changes,
})

test('the state of mail is one sentence: off before away, away before late', () => {
  const late = { waiting: 3, oldest_at: '2026-11-25T07:00:00' }
  const titles = [
    health({}),
    health({ waiting: 1, oldest_at: '2026-11-25T09:59:30' }),
    health(late),
    health({ ...late, is_server_away: true }),
    health({ ...late, is_server_away: true, is_on: false }),
  ].map((each) => verdictOf(each, NOW))
  assert.deepEqual(
    titles.map(({ tone, title }) => [tone, title]),
    [
      ['good', 'Nothing is due'],
      ['good', 'Sending'],
      ['waiting', 'Some mails are late'],
      ['bad', 'The mail server does not answer'],
      ['waiting', 'Mail is off'],
    ],
  )
  assert.match(titles[1]?.text ?? '', /^1 mail is /)
  assert.match(titles[2]?.text ?? '', /^3 mails wait, the oldest for 3 h\./)
  assert.match(titles[3]?.text ?? '', /^3 mails wait, the oldest for 3 h\./)
})

const failed = (last_error: string | null) => reasonInWords({ status: 'failed', last_error }) ?? ''

test('answers of mail servers become sentences that say what is wrong', () => {
  // biome-ignore format: a table
  const rows: [string, RegExp][] = [
    ['550 5.1.1 <a@b.example>: Recipient address rejected: User unknown', /no such mailbox: .*typing error/],
    ['550 5.1.10 RESOLVER.ADR.RecipientNotFound', /domain of the address/],
    ['552 5.2.2 Over quota', /mailbox is full/],
    ['554 5.7.1 Message rejected as spam', /does not take mails from this studio/],
    ['550 No', /no such mailbox, or/],
    ['451 4.3.0 Try later', /right now/],
    ['421 4.7.0 Too many connections', /does not take mails from this studio/],
    ['554 Transaction failed', /refuses it/],
    ['connect ECONNREFUSED 127.0.0.1:25', /could not be reached/],
    ['not sent within 45 s', /could not be reached/],
    ['535 5.7.8 Wrong login', /refuses the login/],
    ['not composed: Cannot read properties of undefined', /could not be written/],
  ]
  for (const [answer, words] of rows) {
    assert.match(failed(answer), words, answer)
    assert.doesNotMatch(failed(answer), /\d{3}|ECONN|undefined/)
  }
  assert.match(
    failed('given up after three days: 451 4.3.0 Try later'),
    /^Tried for three days\. .*right now/,
  )
  assert.equal(failed(null), '')
})

test('a relay that takes no mail from the studio is not taken for a mailbox that is missing', () => {
  assert.match(
    reasonInWords({ status: 'failed', last_error: '550 Relaying denied' }) ?? '',
    /^The mail server does not pass/,
  )
})

test('what was dropped says why as it is, and an address that bounced before is explained', () => {
  const dropped = (last_error: string) => reasonInWords({ status: 'dropped', last_error })
  assert.equal(dropped('The booking is cancelled.'), 'The booking is cancelled.')
  assert.match(
    dropped('The address does not take mail: 550 5.1.1 User unknown') ?? '',
    /^Nothing is sent to this address, .* no such mailbox/,
  )
})

test('only what failed, waits, or was dropped for its address can be sent, and every status has a name', () => {
  const last_error = 'The booking is cancelled.'
  const labels = STATUSES.map(({ value: status }) => retryLabel({ status, last_error }))
  assert.deepEqual(labels, ['Send now', undefined, undefined, 'Send again', undefined])
  assert.equal(statusInWords({ status: 'dropped', last_error }), 'No longer needed')
  const suppressed = { status: 'dropped', last_error: 'The address does not take mail: 550 5.1.1 x' } as const
  assert.deepEqual([statusInWords(suppressed), retryLabel(suppressed)], ['Not sent', 'Send again'])
})

test('the time of a mail is that of its end, or of its next attempt', () => {
  const mail = (changes: Partial<ListedMail>) =>
    timeOf({
      status: 'sent',
      created_at: '2026-11-25T08:00:00',
      next_attempt_at: null,
      ended_at: null,
      ...changes,
    } as ListedMail).toISOString()
  assert.equal(mail({ ended_at: '2026-11-25T08:00:05' }), '2026-11-25T08:00:05.000Z')
  const waiting = { status: 'waiting', next_attempt_at: '2026-11-25T09:00:00' } as const
  assert.equal(mail(waiting), '2026-11-25T09:00:00.000Z')
  assert.equal(mail({ status: 'sending' }), '2026-11-25T08:00:00.000Z')
})

test('only what is set is asked for, and only what can be understood', () => {
  const nothing = { q: undefined, status: undefined, page: undefined, mail: undefined }
  assert.deepEqual(readMailSearch({ q: [], status: 'gone', page: 1e99, mail: 'x' }), nothing)
  assert.equal(mailsQueryOf(nothing), 'page=1&per_page=25')
  const search = readMailSearch({ q: ' ann ', status: 'failed', page: 2, mail: 7 })
  assert.equal(mailsQueryOf(search), 'search=ann&status=failed&page=2&per_page=25')
  assert.deepEqual(
    [isFiltered(EVERY_MAIL), isFiltered(search), isFiltered({ mail: 7 })],
    [false, true, false],
  )
})

test('the kind of a mail is named where its subject does not', () => {
  const says = (kind: string, subject: string | null) => saysItsKind({ kind, subject })
  assert.ok(says('booking-confirmed', 'Booked: Breath and Tea'))
  assert.ok(!says('booking-confirmed', null))
  assert.ok(!says('event-message', 'Bring a towel'))
  assert.ok(!says('event-message-copy', 'Bring a towel'))
})
