import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { mailsOf, planMails, sendMails } from '#harness/apps/test-mail.ts'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { anEvent, aUser } from '#harness/data/factories.ts'
import { freePort } from '#harness/processes/free-port.ts'
import * as mailStore from '../queue/mail.store.ts'
import { startDispatcher } from './dispatcher.ts'

let receiver: SmtpReceiver
let booking: TestBooking
let event_id: number

const envFor = (SMTP_URL: string) => ({ SMTP_URL, MAIL_FROM: 'Studio <hello@studio.example>' })

before(async () => {
  receiver = await startSmtpReceiver()
  booking = await startTestBooking({ env: envFor(receiver.url) })
  event_id = await anEvent(booking.deps, {
    max_participants: 2_000,
    start_datetime: new Date(booking.clock.now().getTime() + 30 * 86_400_000),
  })
})
after(async () => {
  await booking.close()
  await receiver.close()
})
afterEach(() => {
  receiver.conduct = () => 'accept'
  receiver.refused.clear()
})

const HOUR = 3_600

/** Somebody to whom one mail is owed. */
async function aReader(own: TestBooking = booking, event = event_id) {
  const person = await aUser(own.deps)
  const { id: user_id } = person
  const { body } = await own.request('POST', '/api/bookings/', {
    token: person.token,
    body: { event_id: event },
  })
  const state = async () => {
    const [mail] = await mailsOf(own.deps, user_id)
    return [mail?.status, mail?.attempts, mail?.last_error]
  }
  return { ...person, booking_id: body.booking.id as number, state }
}
const arrivedAt = ({ email }: { email: string }) => receiver.mails.filter(({ to }) => to === email)

test('what the server refuses for good is tried once; its mailbox is not written to again until an admin retries', async () => {
  const reader = await aReader()
  receiver.refused.set(reader.email, { code: 550, message: '5.1.1 No such mailbox' })
  assert.deepEqual(await sendMails(booking.deps), ['failed'])
  const [status, attempts, reason] = await reader.state()
  assert.deepEqual([status, attempts], ['failed', 1])
  assert.match(String(reason), /550 5\.1\.1 No such mailbox/)
  booking.clock.advance(4 * 24 * HOUR)
  assert.deepEqual(await sendMails(booking.deps), [])

  const other = await anEvent(booking.deps, {
    start_datetime: new Date(booking.clock.now().getTime() + 20 * 24 * HOUR * 1_000),
  })
  receiver.refused.clear()
  const token = await booking.deps.identity.sessions.issue('access', reader)
  await booking.request('POST', '/api/bookings/', { token, body: { event_id: other } })
  assert.deepEqual(await sendMails(booking.deps), ['dropped'])
  const admin = await aUser(booking.deps, { is_admin: true })
  const [mail] = await mailsOf(booking.deps, reader.id)
  const { status: answer } = await booking.request('POST', `/api/mail/${mail?.id}/retry`, {
    token: admin.token,
  })
  assert.equal(answer, 200)
  assert.deepEqual(await sendMails(booking.deps), ['sent'])
  assert.equal(arrivedAt(reader).length, 1)
})

test('what the server refuses after the text, for its content, ends the mail and not the address', async () => {
  const reader = await aReader()
  receiver.conduct = () => ({ code: 554, message: '5.7.1 Looks like spam' })
  assert.deepEqual(await sendMails(booking.deps), ['failed'])
  assert.match(String((await reader.state())[2]), /spam/)
  receiver.conduct = () => 'accept'
  await booking.request('PUT', `/api/bookings/${reader.booking_id}/cancel`, {
    token: await booking.deps.identity.sessions.issue('access', reader),
  })
  assert.deepEqual(await sendMails(booking.deps), ['sent'])
})

test('a server that defers is asked again with growing pauses, for three days, with the same Message-ID', async () => {
  const [patient, hopeless] = [await aReader(), await aReader()]
  const ids = new Set<string>()
  let refusals = 0
  receiver.conduct = ({ to, id }) => {
    if (to === hopeless.email) return { code: 451, message: '4.3.0 Try later' }
    ids.add(id)
    return refusals++ < 2 ? { code: 450, message: '4.2.0 Greylisted' } : 'accept'
  }
  assert.deepEqual(await sendMails(booking.deps), ['retried', 'retried'])
  assert.deepEqual(await sendMails(booking.deps), [], 'not at once')
  for (let i = 0; i < 2; i++) {
    booking.clock.advance(6 * 60)
    await sendMails(booking.deps)
  }
  assert.deepEqual((await patient.state()).slice(0, 2), ['sent', 3])
  assert.equal(ids.size, 1)
  assert.match([...ids][0] ?? '', /^<mail-\d+\.[\w-]+@studio\.example>$/)
  for (let hours = 0; hours < 75; hours += 3) {
    booking.clock.advance(3 * HOUR)
    await sendMails(booking.deps)
  }
  const [status, attempts, reason] = await hopeless.state()
  assert.equal(status, 'failed')
  assert.ok(Number(attempts) > 20 && Number(attempts) < 40, String(attempts))
  assert.match(String(reason), /^given up after three days: 451/)
})

test('a connection lost before the answer is a second attempt with the same Message-ID, one lost after it is none', async () => {
  const [before, after, never] = [await aReader(), await aReader(), await aReader()]
  const seen = new Set<string>()
  receiver.conduct = ({ to }) => {
    if (to === after.email) return 'accept and drop after the answer'
    if (seen.has(to)) return 'accept'
    seen.add(to)
    return to === before.email ? 'accept and drop before the answer' : 'drop'
  }
  assert.deepEqual((await sendMails(booking.deps)).toSorted(), ['retried', 'retried', 'sent'])
  // An attempt may meet a connection that the server has dropped meanwhile, and counts as another one then.
  const outcomes: string[] = []
  for (let rounds = 0; rounds < 5 && outcomes.length < 2; rounds++) {
    booking.clock.advance(10 * 60)
    outcomes.push(...(await sendMails(booking.deps)).filter((outcome) => outcome !== 'retried'))
  }
  assert.deepEqual(outcomes, ['sent', 'sent'])
  const twice = arrivedAt(before)
  assert.equal(twice.length, 2)
  assert.equal(twice[0]?.id, twice[1]?.id)
  assert.deepEqual([arrivedAt(after).length, arrivedAt(never).length], [1, 1])
})

test('while no server is there nothing is lost, and all follow when it is back', async () => {
  const port = await freePort()
  const own = await startTestBooking({ env: envFor(`smtp://localhost:${port}`) })
  const event = await anEvent(own.deps)
  const readers: Awaited<ReturnType<typeof aReader>>[] = []
  for (let i = 0; i < 8; i++) readers.push(await aReader(own, event))
  assert.ok((await sendMails(own.deps)).every((outcome) => outcome === 'retried'))
  for (const { state } of readers) assert.match(String((await state())[2]), /ECONNREFUSED/)
  assert.equal(own.deps.mail.breaker.isOpen(), true)
  const back = await startSmtpReceiver({ port })
  own.clock.advance(60)
  assert.deepEqual(new Set(await sendMails(own.deps)), new Set(['sent']))
  assert.equal(own.deps.mail.breaker.isOpen(), false)
  assert.equal(back.mails.length, 8)
  await own.close()
  await back.close()
})

test('a wrong login holds for all mails, so it ends none of them', async () => {
  const login = { user: 'studio', pass: 'p@ss/word' }
  const strict = await startSmtpReceiver({ login })
  const url = (pass: string) => `smtp://studio:${encodeURIComponent(pass)}@localhost:${strict.port}`
  const wrong = await startTestBooking({ env: envFor(url('wrong')) })
  const reader = await aReader(wrong, await anEvent(wrong.deps))
  assert.deepEqual(await sendMails(wrong.deps), ['retried'])
  assert.match(String((await reader.state())[2]), /535/)
  await wrong.close()
  const right = await startTestBooking({ env: envFor(url(login.pass)) })
  await aReader(right, await anEvent(right.deps))
  assert.deepEqual(await sendMails(right.deps), ['sent'])
  await right.close()
  await strict.close()
})

test('TLS from the start and by STARTTLS, with a certificate that is checked', async () => {
  const file = (name: string) =>
    readFileSync(join(import.meta.dirname, '../../../harness/processes/tls', name), 'utf8')
  const tls = { key: file('server.key'), cert: file('server.pem') }
  const login = { user: 'studio', pass: 'secret' }
  const whole = await startSmtpReceiver({ ...tls, secure: true, login })
  const upgraded = await startSmtpReceiver({ ...tls, hasStartTls: true, login })
  const trusted = getCACertificates('default')
  for (const { url, mails } of [whole, upgraded]) {
    setDefaultCACertificates(trusted)
    const own = await startTestBooking({ env: envFor(url) })
    await aReader(own, await anEvent(own.deps))
    assert.deepEqual(await sendMails(own.deps), ['retried'], 'an unknown authority')
    setDefaultCACertificates([...trusted, file('ca.pem')])
    own.clock.advance(60)
    assert.deepEqual(await sendMails(own.deps), ['sent'])
    assert.equal(mails.length, 1)
    await own.close()
  }
  setDefaultCACertificates(trusted)
  await whole.close()
  await upgraded.close()
})

test('a slow mail holds up no other, and two instances send nothing twice', async () => {
  const readers: Awaited<ReturnType<typeof aReader>>[] = []
  for (let i = 0; i < 40; i++) readers.push(await aReader())
  const [slow] = readers
  receiver.conduct = ({ to }) => (to === slow?.email ? { acceptAfterMs: 1_500 } : 'accept')
  const other = await booking.startInstance()
  await planMails(booking.deps)
  const [one, two] = [booking.deps, other.deps].map((deps) =>
    startDispatcher({ ...deps, mail: { ...deps.mail, perSecond: 1_000 } }),
  )
  const beganAt = performance.now()
  const allBut = () => readers.filter((reader) => arrivedAt(reader).length > 0).length
  while (allBut() < 39) await sleep(20)
  assert.ok(performance.now() - beganAt < 3_000, 'the others did not wait')
  // The stop waits for what is being sent.
  await Promise.all([one?.stop(), two?.stop()])
  for (const reader of readers) assert.equal(arrivedAt(reader).length, 1)
  for (const { state } of readers) assert.equal((await state())[0], 'sent')
})

test('a mail that was being sent when its process died is sent by another after the lease', async () => {
  const reader = await aReader()
  await planMails(booking.deps)
  const [claimed] = await mailStore.claimDue(booking.deps.db, booking.clock.now(), 1)
  assert.ok(claimed)
  assert.deepEqual(await sendMails(booking.deps), [])
  booking.clock.advance(61)
  assert.deepEqual(await sendMails(booking.deps), ['sent'])
  await mailStore.retryAt(booking.deps.db, claimed, booking.clock.now(), 'late')
  assert.equal((await reader.state())[0], 'sent', 'who comes too late changes nothing')
})

test('who books and cancels again and again fills no mailbox that is not known to be theirs', async () => {
  const inDays = (days: number) => new Date(booking.clock.now().getTime() + days * 86_400_000)
  const own = await anEvent(booking.deps, { start_datetime: inDays(40) })
  const [unproven, proven] = [await aUser(booking.deps), await aUser(booking.deps, { email_proven: true })]
  const book = async ({ token }: { token: string }, event = own): Promise<number> =>
    (await booking.request('POST', '/api/bookings/', { token, body: { event_id: event } })).body.booking.id
  const outcomes = async ({ id }: { id: number }) => {
    const mails = await mailsOf(booking.deps, id)
    return mails.filter(({ kind }) => kind !== 'booking-confirmed').map(({ status }) => status)
  }
  for (let i = 0; i < 22; i++) {
    for (const person of [unproven, proven]) {
      const id = await book(person)
      await booking.request('PUT', `/api/bookings/${id}/cancel`, { token: person.token })
    }
    await sendMails(booking.deps)
  }
  assert.deepEqual(await outcomes(unproven), [...Array(20).fill('sent'), 'dropped', 'dropped'])
  assert.deepEqual(await outcomes(proven), Array(22).fill('sent'))
  // What others change is told in any case, and tomorrow is another day.
  await book(unproven)
  const admin = await aUser(booking.deps, { is_admin: true })
  await booking.request('PUT', `/api/events/${own}/cancel`, { token: admin.token, body: {} })
  await sendMails(booking.deps)
  assert.equal((await outcomes(unproven)).at(-1), 'sent')
  booking.clock.advance(25 * HOUR)
  const token = await booking.deps.identity.sessions.issue('access', unproven)
  await book({ token }, await anEvent(booking.deps, { start_datetime: inDays(40) }))
  await sendMails(booking.deps)
  assert.equal((await mailsOf(booking.deps, unproven.id)).at(-1)?.status, 'sent')
})

test('mails go out no faster than the setting says', async () => {
  const own = await startTestBooking({ env: { ...envFor(receiver.url), MAILS_PER_SECOND: '2' } })
  const event = await anEvent(own.deps)
  const readers: Awaited<ReturnType<typeof aReader>>[] = []
  for (let i = 0; i < 8; i++) readers.push(await aReader(own, event))
  await planMails(own.deps)
  const dispatcher = startDispatcher(own.deps)
  const count = () => readers.filter((reader) => arrivedAt(reader).length > 0).length
  while (count() < 2) await sleep(10)
  await sleep(1_500)
  await dispatcher.stop()
  assert.ok(count() >= 4 && count() <= 6, String(count()))
  await own.close()
})

test('a server that takes connections and says nothing does not stop the service from stopping', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  const own = await startTestBooking({ env: envFor(`smtp://localhost:${port}`) })
  await aReader(own, await anEvent(own.deps))
  await planMails(own.deps)
  const dispatcher = startDispatcher(own.deps)
  await sleep(1_200)
  const beganAt = performance.now()
  await dispatcher.stop()
  assert.ok(performance.now() - beganAt < 8_000)
  await own.close()
  silent.close()
})
