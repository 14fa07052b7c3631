import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { systemClock } from '#shared/lib/clock.ts'
import * as mailStore from '../queue/mail.store.ts'
import { startDispatcher } from './dispatcher.ts'
import { readFailure } from './failure.rules.ts'
import { sendOne } from './sender.ts'
import { createSmtpTransport } from './transport.ts'

const SMTP = (url: string) => ({ SMTP_URL: url, MAIL_FROM: 'Studio <hello@studio.example>' })

type Own = Awaited<ReturnType<typeof startTestBooking>>

async function readersOf({ deps, request }: Own, count: number) {
  const event_id = await anEvent(deps)
  const readers = []
  for (let i = 0; i < count; i++) {
    const reader = await aUser(deps)
    await request('POST', '/api/bookings/', { token: reader.token, body: { event_id } })
    readers.push(reader)
  }
  await planMails(deps)
  return readers
}

/** Two instances, in real time: leases end as they do in a studio. */
async function sendInTwo(own: Own, until: () => boolean) {
  const other = await own.startInstance()
  const dispatchers = [own.deps, other.deps].map(startDispatcher)
  const beganAt = performance.now()
  while (!until() && performance.now() - beganAt < 150_000) await sleep(50)
  await sleep(300)
  await Promise.all(dispatchers.map(({ stop }) => stop()))
  return [own.deps, other.deps].some(({ mail }) => mail.breaker.isOpen())
}

const inRealTime = { concurrency: true, timeout: 200_000 }

test('servers that take long are waited for', inRealTime, async (t) => {
  const slowly = t.test(
    'what is accepted a minute after the text is sent once, and others do not wait',
    async () => {
      const receiver = await startSmtpReceiver()
      const own = await startTestBooking({ env: SMTP(receiver.url), deps: { clock: systemClock } })
      const readers = await readersOf(own, 14)
      // More than two instances send at a time.
      const slow = readers.slice(0, 12)
      receiver.conduct = ({ to }) =>
        slow.some(({ email }) => email === to) ? { acceptAfterMs: 65_000 } : 'accept'
      const beganAt = performance.now()
      const isOpen = await sendInTwo(own, () => receiver.mails.length >= readers.length)
      assert.equal(isOpen, false)
      assert.deepEqual(
        receiver.mails.map(({ to }) => to).toSorted(),
        readers.map(({ email }) => email).toSorted(),
      )
      for (const { to, atMs } of receiver.mails)
        if (!slow.some(({ email }) => email === to)) assert.ok(atMs - beganAt < 40_000, `${atMs - beganAt}`)
      for (const { id } of readers) {
        const [mail] = await mailsOf(own.deps, id)
        assert.deepEqual([mail?.status, mail?.attempts, mail?.last_error], ['sent', 1, null])
      }
      await own.close()
      await receiver.close()
    },
  )
  const step = t.test('so is a mail each step of which takes twenty seconds', async () => {
    const receiver = await startSmtpReceiver({ answerAfterMs: 20_000 })
    const own = await startTestBooking({ env: SMTP(receiver.url), deps: { clock: systemClock } })
    const [reader] = await readersOf(own, 1)
    const isOpen = await sendInTwo(own, () => receiver.mails.length > 0)
    assert.deepEqual([isOpen, receiver.mails.length], [false, 1])
    const [mail] = await mailsOf(own.deps, reader?.id ?? 0)
    assert.deepEqual([mail?.status, mail?.attempts], ['sent', 1])
    await own.close()
    await receiver.close()
  })
  await Promise.all([slowly, step])
})

test('a lease is renewed while its mail is sent, and a mail whose lease was lost is stopped', async () => {
  const receiver = await startSmtpReceiver()
  const own = await startTestBooking({ env: SMTP(receiver.url) })
  const [kept, lost] = await readersOf(own, 2)
  receiver.conduct = () => ({ acceptAfterMs: 9_000 })
  const sending = await mailStore.claimDue(own.deps.db, own.clock.now(), 2)
  const outcomes = Promise.all(sending.map((mail) => sendOne(own.deps, mail)))
  const rowOf = async (reader: { id: number } | undefined) => {
    const [mail] = await mailsOf(own.deps, reader?.id ?? 0)
    return [mail?.status, mail?.attempts]
  }
  // As if another process had claimed it.
  await own.deps.db
    .updateTable('mails')
    .set({ attempts: 2, next_attempt_at: new Date(own.clock.now().getTime() + 3_600_000) })
    .where('user_id', '=', lost?.id ?? 0)
    .execute()
  for (let i = 0; i < 3; i++) {
    own.clock.advance(25)
    await sleep(2_500)
  }
  assert.deepEqual(await sendMails(own.deps), [], 'neither can be claimed')
  assert.deepEqual((await outcomes).toSorted(), ['retried', 'sent'])
  assert.deepEqual(await rowOf(kept), ['sent', 1])
  assert.deepEqual(await rowOf(lost), ['sending', 2])
  assert.equal(own.deps.mail.breaker.isOpen(), false)
  await own.close()
  await receiver.close()
})

test('a server that hangs is a failure: before its greeting, at a command, and within the text', async () => {
  const answers = ['220 hi', '250 ok', '250 ok', '250 ok', '354 go']
  for (let said = 0; said <= answers.length; said++) {
    const server = createServer((socket) => {
      let turn = 0
      const say = () => turn < said && socket.write(`${answers[turn++]}\r\n`)
      socket.on('error', () => {})
      say()
      socket.on('data', say)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    const patience = { connectMs: 500, greetingMs: 300, answerMs: 300 }
    const transport = createSmtpTransport(`smtp://localhost:${port}`, patience)
    const mailbox = { name: 'A', address: 'a@studio.example' }
    const mail = {
      messageId: 'x@studio.example',
      from: mailbox,
      to: mailbox,
      subject: 'S',
      text: 'T',
      html: 'H',
    }
    const beganAt = performance.now()
    const error = await transport
      .send({ ...mail, calendar: undefined, optOutUrl: undefined }, new AbortController().signal)
      .catch((cause: unknown) => cause)
    assert.equal(readFailure(error).kind, 'unreachable', `after ${said}`)
    assert.ok(performance.now() - beganAt < 2_000)
    transport.close()
    server.close()
  }
})
