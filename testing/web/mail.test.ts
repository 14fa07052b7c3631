import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { type SmtpReceiver, startSmtpReceiver } from '#harness/clients/smtp-receiver.ts'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'
import { expectCount, expectOnlyRefusals, expectText } from './expect.ts'
import { DEMO_PASSWORD, startWebApp, type Visitor, type WebApp } from './web-app.ts'

/** Facilitators write to everybody of an event, and admins see what became of every mail, with mails that go through an SMTP server. */

const JANE = 'jane.smith@example.com'
const ADMIN = 'admin@example.com'

let receiver: SmtpReceiver
let app: WebApp

before(async () => {
  receiver = await startSmtpReceiver()
  app = await startWebApp({ SMTP_URL: receiver.url, MAIL_FROM: 'Studio <hello@studio.example>' })
})
after(async () => {
  await app.close()
  await receiver.close()
})

async function aPerson(first_name: string) {
  const email = `${randomUUID()}@example.com`
  const body = { email, password: DEMO_PASSWORD, first_name, last_name: 'North' }
  await app.ask('POST', '/api/auth/register', { body })
  return { email, token: await app.tokenOf(email) }
}

/** An event of Jane's, and who has booked it. */
async function anEvent(title: string, seats: number, ...people: { token: string }[]): Promise<number> {
  const start = new Date(Date.now() + 40 * 86_400_000)
  const end = new Date(start.getTime() + 3_600_000)
  const { event } = await app.ask('POST', '/api/events/', {
    token: await app.tokenOf(JANE),
    body: {
      title,
      event_type: 'session',
      start_datetime: start.toISOString(),
      end_datetime: end.toISOString(),
      location: 'Room 1',
      max_participants: seats,
      price: 0,
    },
  })
  for (const { token } of people)
    await app.ask('POST', '/api/bookings/', { token, body: { event_id: event.id } })
  return event.id
}

const logInAs = async (email: string, path: string): Promise<Visitor> => {
  const visitor = await app.visit()
  await visitor.logIn(email)
  await visitor.page.goto(path)
  return visitor
}

const mailsTo = (email: string, subject: string) =>
  receiver.mails.filter(({ to, email: mail }) => to === email && mail.subject === subject)

test('a facilitator writes to everybody: how many, how it looks, sent, received, and in the log', async () => {
  const [ann, bob, wim] = [await aPerson('Ann'), await aPerson('Bob'), await aPerson('Wim')]
  const id = await anEvent('Sauna and Silence', 2, ann, bob)
  await app.ask('POST', `/api/events/${id}/waitlist`, { token: wim.token, body: {} })
  const visitor = await logInAs(JANE, `/manage/events/${id}`)
  const { page } = visitor
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  const drawer = page.getByRole('dialog', { name: 'Write to everybody' })
  await drawer.getByText('Your message goes to 2 people by mail').waitFor()
  await drawer.getByRole('button', { name: 'Preview' }).click()
  await drawer.getByText('Enter a subject.').waitFor()
  await drawer.getByText('Enter what you want to say.').waitFor()
  await drawer.getByLabel('Subject').fill('Bring a <towel>')
  await drawer.getByRole('textbox', { name: 'Text' }).fill('The sauna is open.\n\nSee you soon!')
  await drawer.getByLabel('Also to the waiting list: 1 person').check()
  await drawer.getByText('Your message goes to 3 people by mail').waitFor()

  // What was typed outlasts a reload.
  await page.reload()
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  assert.equal(await drawer.getByLabel('Subject').inputValue(), 'Bring a <towel>')
  await drawer.getByRole('button', { name: 'Preview' }).click()
  await drawer.getByRole('heading', { name: 'Bring a <towel>' }).waitFor()
  const frame = drawer.getByTitle('Your message as people will see it')
  assert.equal(await frame.getAttribute('sandbox'), '')
  const letter = drawer.frameLocator('iframe')
  await letter.getByText('Jane Smith writes to everybody of Sauna and Silence:').waitFor()
  await letter.getByText('See you soon!').waitFor()
  assert.deepEqual(mailsTo(ann.email, 'Bring a <towel>'), [])

  await drawer.getByRole('button', { name: 'Send to 3 people' }).click()
  await page.getByText('Your message is on its way to 3 people.').waitFor()
  await drawer.waitFor({ state: 'hidden' })
  for (const { email } of [ann, bob, wim]) {
    await waitUntil(() => mailsTo(email, 'Bring a <towel>').length > 0, 30_000)
    const [mail, ...others] = mailsTo(email, 'Bring a <towel>')
    assert.equal(others.length, 0)
    assert.match(mail?.email.text ?? '', /> The sauna is open\.\n>\n> See you soon!/)
  }
  await waitUntil(() => mailsTo(JANE, 'Copy: Bring a <towel>').length === 1, 30_000)

  // Nothing is left of it for the next message.
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  assert.equal(await drawer.getByLabel('Subject').inputValue(), '')
  await visitor.leave()

  const admin = await logInAs(ADMIN, '/admin/delivery')
  const entry = admin.page.getByRole('listitem').filter({ hasText: 'Message to everybody sent' })
  await expectText(entry, /Sauna and Silence/)
  await expectText(entry, /people: 3, with the waiting list/)
  await admin.leave()
})

test('for an event with nobody there is nothing to write, and what is refused is not lost', async () => {
  const person = await aPerson('Cleo')
  const empty = await anEvent('Nobody comes', 4)
  const id = await anEvent('One comes', 4, person)
  const visitor = await logInAs(JANE, `/manage/events/${empty}`)
  const { page } = visitor
  await page.getByRole('heading', { name: 'Nobody has booked yet' }).waitFor()
  await visitor.settle()
  await expectCount(page.getByRole('button', { name: 'Write to everybody' }), 0)

  await page.goto(`/manage/events/${id}`)
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  const drawer = page.getByRole('dialog', { name: 'Write to everybody' })
  await expectCount(drawer.getByRole('checkbox'), 0)
  await drawer.getByLabel('Subject').fill('See you')
  await drawer.getByRole('textbox', { name: 'Text' }).fill('At eight.')
  await drawer.getByRole('button', { name: 'Preview' }).click()
  const send = drawer.getByRole('button', { name: 'Send to 1 person' })
  await send.waitFor()
  const answers = [
    [409, 'nobody_to_write_to', 'Nobody has booked this event: there is nobody to write to.'],
    [
      429,
      'too_many_requests',
      'You have written 20 messages to attendees within a day: please wait until tomorrow.',
    ],
    [503, 'mail_off', 'This studio does not send mail, so there is none to preview.'],
  ] as const
  for (const [status, code, error] of answers) {
    await page.route('**/messages', (route) =>
      route.fulfill({
        status,
        headers: status === 409 ? {} : { 'retry-after': '3600' },
        json: { error, code },
      }),
    )
    await send.click()
    await expectText(drawer.getByRole('alert'), new RegExp(`${error.replaceAll('.', '\\.')}$`))
    await page.unroute('**/messages')
  }
  await drawer.getByRole('button', { name: 'Change it' }).click()
  assert.equal(await drawer.getByRole('textbox', { name: 'Text' }).inputValue(), 'At eight.')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog', { name: 'Discard what you have typed?' }).waitFor()
  await page.getByRole('button', { name: 'Keep writing' }).click()
  await drawer.getByRole('button', { name: 'Preview' }).click()
  await send.click()
  await page.getByText('Your message is on its way to 1 person.').waitFor()
  await waitUntil(() => mailsTo(person.email, 'See you').length === 1, 30_000)
  await expectOnlyRefusals(visitor.leave(), 409, 429, 503)
})

test('an admin finds mails, reads one as it was sent, and has one that failed sent again', async () => {
  const [dora, emil] = [await aPerson('Dora'), await aPerson('Emil')]
  receiver.refused.set(emil.email, { code: 550, message: '5.1.1 User unknown' })
  const id = await anEvent('Breath and Tea', 5, dora, emil)
  await waitUntil(
    () => receiver.mails.some(({ to, email }) => to === dora.email && /^Booked/.test(email.subject ?? '')),
    60_000,
  )

  const visitor = await logInAs(ADMIN, '/dashboard')
  const { page } = visitor
  await page.getByRole('navigation', { name: 'Studio' }).getByRole('link', { name: 'Mail' }).click()
  await page.getByRole('heading', { level: 1, name: 'Mail' }).waitFor()
  await page.getByRole('region', { name: 'State' }).getByRole('heading').waitFor()
  const list = page.getByRole('list', { name: 'Mails' })
  await page.getByRole('searchbox', { name: 'Search' }).fill('breath and tea dora')
  await page.waitForURL('**/admin/mail?q=breath*')
  await expectCount(list.getByRole('listitem'), 1)
  await expectText(list.getByRole('listitem'), /Dora North/)
  await expectText(list.getByRole('listitem'), /^Booked: Breath and Tea/m)

  await list.getByRole('link', { name: 'Dora North' }).click()
  await page.waitForURL('**&mail=*')
  const drawer = page.getByRole('dialog', { name: 'Mail' })
  await drawer.getByRole('heading', { name: /^Booked: Breath and Tea/ }).waitFor()
  await drawer.getByText('event.ics, a calendar file').waitFor()
  assert.equal(await drawer.getByTitle('The mail as it was sent').getAttribute('sandbox'), '')
  await drawer.frameLocator('iframe').getByRole('heading', { name: 'Your seat is booked' }).waitFor()
  await drawer.getByText('As text').click()
  await expectText(drawer.locator('pre'), /^Your seat is booked/)
  await expectCount(drawer.getByRole('button', { name: /^Send/ }), 0)
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  assert.ok(!page.url().includes('mail='))

  // The first mail to this address has failed, and the others are not tried.
  await page.goto(`/admin/mail?q=${emil.email}&status=failed`)
  const failed = list.getByRole('listitem').first()
  await expectText(failed, /There is no such mailbox: the address may have a typing error\./)
  receiver.refused.delete(emil.email)
  const before = receiver.mails.filter(({ to }) => to === emil.email).length
  await failed.getByRole('button', { name: /^Send again/ }).click()
  await page.getByText('The mail to Emil North is sent as soon as possible.').waitFor()
  await waitUntil(() => receiver.mails.filter(({ to }) => to === emil.email).length > before, 30_000)
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Sent')
  await page.waitForURL('**status=sent*')
  await expectCount(list.getByRole('listitem'), 1)
  await page.goto('/admin/delivery')
  await expectText(page.getByRole('listitem').filter({ hasText: 'Mail sent again' }), /by Ada/)
  assert.ok(id)
  await visitor.leave()
})

test('without mail a message is read in the app, and admins are told', async () => {
  const silent = await startWebApp({ MAIL: 'off' })
  const visitor = await silent.visit()
  const { page } = visitor
  await visitor.logIn(ADMIN)
  await page.goto('/admin/mail')
  await page.getByRole('heading', { name: 'Mail is off' }).waitFor()
  await page.getByRole('heading', { name: 'No mails yet' }).waitFor()
  await page.goto('/manage/events/1')
  await page.getByRole('button', { name: 'Write to everybody' }).click()
  const form = page.getByRole('dialog', { name: 'Write to everybody' })
  await form.getByText(/in the app: this studio sends no mail/).waitFor()
  await form.getByLabel('Subject').fill('Bring a towel')
  await form.getByLabel('Text').fill('The sauna is open.')
  await form.getByRole('button', { name: /^Send to / }).click()
  await page.getByText(/^Your message is on its way to /).waitFor()
  await visitor.leave()
  const reader = await silent.visit()
  await reader.logIn('guest-1@example.com')
  await reader.page.goto('/bookings')
  await reader.page.getByText('The sauna is open.').waitFor()
  await reader.leave()
  await silent.close()
})

test('who is no admin sees no mails', async () => {
  const visitor = await logInAs(JANE, '/admin/mail')
  await visitor.page.getByRole('heading', { name: 'You don’t have access' }).waitFor()
  await visitor.leave()
})
