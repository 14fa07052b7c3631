import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pauseMs, readFailure } from './failure.rules.ts'

const failure = (command: string, response: string) =>
  readFailure(
    Object.assign(new Error('x'), { command, response, responseCode: Number(response.slice(0, 3)) }),
  )

test('what a server says decides whether a mail is tried again, and whether its address is', () => {
  // biome-ignore format: a table
  const rows: [string, string, string][] = [
    ['RCPT TO', '550 5.1.1 No such user', 'bounced'],
    ['RCPT TO', '550 No such user', 'bounced'],
    ['RCPT TO', '551 User not local', 'bounced'],
    ['RCPT TO', '553 5.1.2 No such domain', 'bounced'],
    ['DATA', '550 5.1.1 No such user', 'bounced'],
    ['RCPT TO', '550 5.2.1 Mailbox disabled', 'bounced'],
    ['RCPT TO', '550 mailbox unavailable', 'bounced'],
    ['RCPT TO', '550 Requested action not taken: mailbox unavailable', 'bounced'],
    ['RCPT TO', '550 <a@b.example>: Recipient address rejected: User unknown in local recipient table', 'bounced'],
    ['RCPT TO', '550 The account a@b.example does not exist', 'bounced'],
    ['RCPT TO', '553 Invalid recipient a@b.example', 'bounced'],
    ['RCPT TO', '511 Mailbox not found', 'bounced'],
    ['RCPT TO', '550-5.1.1 The email account that you tried to reach does not exist', 'bounced'],
    ['RCPT TO', '550 5.1.10 Recipient address has null MX', 'bounced'],
    ['RCPT TO', '550 Relaying denied', 'refused'],
    ['RCPT TO', '550 relay not permitted', 'refused'],
    ['RCPT TO', '550 5.7.1 Relaying denied, no such user here', 'refused'],
    ['RCPT TO', '550 <a@b.example> unknown user: relaying denied', 'refused'],
    ['RCPT TO', '553 Sorry, that domain is not in my list of allowed rcpthosts', 'refused'],
    ['RCPT TO', '550 Blocked by the reputation of 5.1.1.1', 'refused'],
    ['RCPT TO', '550-Verification failed for <hello@studio.example> 550-No Such User Here 550 Sender verify failed', 'refused'],
    ['RCPT TO', '550 Authentication required', 'refused'],
    ['RCPT TO', '550 Access denied', 'refused'],
    ['RCPT TO', '550 Your IP address is unknown', 'refused'],
    ['RCPT TO', '550 Unknown host in HELO', 'refused'],
    ['RCPT TO', '550 Refused', 'refused'],
    ['RCPT TO', '550 5.1.0 Address rejected', 'refused'],
    ['RCPT TO', '552 5.2.2 Mailbox full', 'refused'],
    ['RCPT TO', '550 5.7.1 Blocked by policy', 'refused'],
    ['RCPT TO', '554 Refused', 'refused'],
    ['DATA', '550 Spam', 'refused'],
    ['DATA', '554 5.7.1 Spam', 'refused'],
    ['RCPT TO', '450 4.2.0 Greylisted', 'deferred'],
    ['DATA', '451 Try later', 'deferred'],
    ['RCPT TO', '421 Too many connections', 'unreachable'],
    ['RCPT TO', '503 Bad sequence', 'unreachable'],
    ['AUTH PLAIN', '535 5.7.8 Wrong login', 'unreachable'],
    ['MAIL FROM', '550 5.7.1 Sender not allowed', 'unreachable'],
    ['CONN', '554 No service', 'unreachable'],
  ]
  for (const [command, response, kind] of rows) {
    const found = failure(command, response)
    assert.deepEqual(
      [found.kind, found.reason, found.isUndelivered],
      [kind, response, true],
      `${command}: ${response}`,
    )
  }
  assert.equal(readFailure(new Error('connect ECONNREFUSED')).kind, 'unreachable')
  assert.equal(readFailure('odd').reason, 'odd')
  const refused = Object.assign(new Error('connect ECONNREFUSED'), { syscall: 'connect' })
  assert.ok(readFailure(refused).isUndelivered)
  assert.ok(!readFailure(new Error('Connection closed unexpectedly')).isUndelivered)
})

test('pauses grow to two hours, spread by a quarter, and stay short while the server is away', () => {
  assert.equal(pauseMs('deferred', 1, 0.5), 60_000)
  assert.equal(pauseMs('deferred', 3, 0.5), 240_000)
  assert.equal(pauseMs('deferred', 50, 0.5), 7_200_000)
  assert.deepEqual([pauseMs('deferred', 1, 0), pauseMs('deferred', 1, 1)], [45_000, 75_000])
  assert.equal(pauseMs('unreachable', 5, 0.5), 30_000)
  assert.equal(pauseMs('unreachable', 500, 0.5), 600_000)
})
