import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { NewEvent } from '#booking/database/event.table.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent, aUser } from '#harness/data/factories.ts'
import { readTemplate } from './page-template.ts'
import { createPublicPages, type PublicPages } from './public-pages.ts'

const ORIGIN = 'https://studio.example'
const TEMPLATE =
  '<html><head><meta name="description" content="Built" /><title>Built</title></head><body><div id="root"></div><noscript>No</noscript></body></html>'

let booking: TestBooking
let pages: PublicPages

before(async () => {
  booking = await startTestBooking({ env: { PUBLIC_URL: ORIGIN } })
  pages = createPublicPages(booking.deps, readTemplate(TEMPLATE))
})
after(() => booking.close())

const read = async (id: number) => {
  const { file, status } = await pages.render({ kind: 'event', id })
  return { status, file, text: file.bytes.toString() }
}
const pageOf = async (event: Partial<NewEvent>) => {
  const id = await anEvent(booking.deps, event)
  return { id, ...(await read(id)) }
}
const metaOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/<meta (?:name|property)="([^"]+)" content="([^"]*)" \/>/g)].map(
      ([, name = '', value = '']) => [name, readEntities(value)],
    ),
  )
const readEntities = (text: string) =>
  text.replace(
    /&(amp|lt|gt|quot|#39);/g,
    (_, name) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name as string] ?? '',
  )
const jsonLdOf = (text: string) =>
  JSON.parse(/<script type="application\/ld\+json">([^<]*)<\/script>/.exec(text)?.[1] ?? 'null')

const winter = {
  start_datetime: new Date('2099-01-15T17:00:00Z'),
  end_datetime: new Date('2099-01-15T18:30:00Z'),
  timezone: 'Europe/Berlin',
}

test('a page says of its event what a preview and a search engine need', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps, { first_name: 'Lena', last_name: 'Müller' })
  const { id, text } = await pageOf({
    ...winter,
    facilitator_id,
    title: 'Candlelight Yin',
    price: 18.5,
    max_participants: 8,
  })
  const address = `${ORIGIN}/events/${id}`
  assert.match(text, /<title>Candlelight Yin · Stillpoint<\/title>/)
  assert.match(text, new RegExp(`<link rel="canonical" href="${address}" />`))
  assert.doesNotMatch(text, /Built|noindex/)
  const meta = metaOf(text)
  assert.equal(
    meta.description,
    'Thursday, 15 January 2099, 18:00–19:30 (Europe/Berlin) · Wellness Center · €18.50. Start your day with mindfulness',
  )
  assert.deepEqual(
    [
      meta['og:title'],
      meta['og:url'],
      meta['og:image'],
      meta['og:image:width'],
      meta['og:image:height'],
      meta['twitter:card'],
    ],
    ['Candlelight Yin · Stillpoint', address, `${address}/cover.png`, '1200', '630', 'summary_large_image'],
  )
  const person = { '@type': 'Person', name: 'Lena Müller', url: `${ORIGIN}/facilitators/${facilitator_id}` }
  assert.deepEqual(jsonLdOf(text), {
    '@context': 'https://schema.org',
    '@type': 'Event',
    name: 'Candlelight Yin',
    description: 'Start your day with mindfulness',
    startDate: '2099-01-15T18:00:00+01:00',
    endDate: '2099-01-15T19:30:00+01:00',
    eventStatus: 'https://schema.org/EventScheduled',
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: { '@type': 'Place', name: 'Wellness Center', address: 'Wellness Center' },
    image: [`${address}/cover.png`],
    organizer: person,
    performer: person,
    maximumAttendeeCapacity: 8,
    offers: {
      '@type': 'Offer',
      price: 18.5,
      priceCurrency: 'EUR',
      availability: 'https://schema.org/InStock',
      validFrom: jsonLdOf(text).offers.validFrom,
      url: address,
    },
    url: address,
  })
  assert.match(jsonLdOf(text).offers.validFrom, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00$/)
})

test('without scripts the event can be read', async () => {
  const { text } = await pageOf({
    ...winter,
    title: 'Slow',
    description: 'One\n\nTwo',
    requirements: 'A mat',
    price: 0,
  })
  const noscript = /<noscript>(.*)<\/noscript>/s.exec(text)?.[1] ?? ''
  for (const part of [
    '<h1 dir="auto">Slow</h1>',
    '20 seats left · Free',
    '18:00–19:30',
    '>One</p>',
    '>Two</p>',
    '>A mat</p>',
  ])
    assert.ok(noscript.includes(part), `${part} in ${noscript}`)
})

test('an online event is said to be online, and its link is nowhere', async () => {
  const link = 'https://meet.example.com/secret'
  const online = await pageOf({ ...winter, virtual_link: link, location: null })
  const both = await pageOf({ ...winter, virtual_link: link })
  for (const { text } of [online, both]) assert.equal(text.includes('meet.example'), false)
  const { eventAttendanceMode, location } = jsonLdOf(online.text)
  assert.equal(eventAttendanceMode, 'https://schema.org/OnlineEventAttendanceMode')
  assert.deepEqual(location, { '@type': 'VirtualLocation', url: `${ORIGIN}/events/${online.id}` })
  assert.equal(jsonLdOf(both.text).eventAttendanceMode, 'https://schema.org/MixedEventAttendanceMode')
  assert.deepEqual(
    jsonLdOf(both.text).location.map((each: object) => Reflect.get(each, '@type')),
    ['Place', 'VirtualLocation'],
  )
})

test('no text leaves its place, however hostile', async () => {
  const hostile = [
    '</script><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    '</noscript><b>out</b>',
    '</title></head><body>',
    '<!-- ',
    'line\u2028separator\u2029both',
    'שלום "עולם" 🧘🏽‍♀️',
    '$& $1 $` $$',
    '&lt;already&gt; &amp;',
    ']]>',
    '\ud83d alone',
  ]
  for (const title of hostile) {
    const { text } = await pageOf({
      title,
      description: title,
      requirements: title,
      location: title,
      virtual_link: title,
    })
    const stored = title.replace('\ud83d', '\ufffd')
    assert.equal(jsonLdOf(text).name.replace('\ud83d', '\ufffd'), stored, title)
    assert.equal(metaOf(text)['og:title'], `${stored} · Stillpoint`)
    assert.deepEqual(
      [/<script/g, /<\/script>/g, /<noscript>/g, /<\/noscript>/g, /<title>/g, /<body>/g, /<!--/g].map(
        (tag) => text.match(tag)?.length ?? 0,
      ),
      [1, 1, 1, 1, 1, 1, 0],
      title,
    )
    assert.doesNotMatch(text, /<img|<b>|\u2028.*<\/script>/, title)
    assert.equal(text.replace(/"[^"]*"/g, '""').match(/<[^>]*\son\w+=/), null, title)
  }
})

test('a cancelled event and one that is over say so, and offer nothing', async () => {
  const reason = 'Our host has broken a leg'
  const cancelled = await pageOf({ title: 'Gone', status: 'CANCELLED', cancellation_reason: reason })
  assert.equal(cancelled.status, 200)
  assert.match(cancelled.text, /<title>Cancelled: Gone · Stillpoint/)
  assert.equal(cancelled.text.includes(reason), false)
  assert.equal(jsonLdOf(cancelled.text).eventStatus, 'https://schema.org/EventCancelled')
  assert.equal('offers' in jsonLdOf(cancelled.text), false)
  const past = await pageOf({
    start_datetime: new Date('2020-01-01T10:00:00Z'),
    end_datetime: new Date('2020-01-01T11:00:00Z'),
  })
  assert.equal('offers' in jsonLdOf(past.text), false)
  assert.match(past.text, /<p>Over · /)
})

test('a page is made once for each state of its event', async () => {
  const { token } = await aUser(booking.deps)
  const { id, file, text } = await pageOf({ max_participants: 1 })
  assert.match(text, /1 seat left/)
  assert.equal((await read(id)).file, file)
  await booking.request('POST', '/api/bookings/', { token, body: { event_id: id } })
  const full = await read(id)
  assert.match(full.text, /Full: there is a waiting list/)
  assert.equal(jsonLdOf(full.text).offers.availability, 'https://schema.org/SoldOut')
  assert.notEqual(full.file.hash, file.hash)
})

test('lists and facilitators can be read too; private pages say nothing and are not to be found', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps, {
    first_name: 'Ida',
    last_name: 'O<Brien',
    bio: 'Slow.',
  })
  await anEvent(booking.deps, {
    facilitator_id,
    title: 'With <Ida>',
    start_datetime: new Date(booking.clock.now().getTime() + 60_000),
  })
  booking.clock.advance(2)
  const textOf = async (page: Parameters<PublicPages['render']>[0]) =>
    (await pages.render(page)).file.bytes.toString()
  for (const kind of ['home', 'events'] as const)
    assert.match(await textOf({ kind }), /With &lt;Ida&gt;<\/a>/)
  assert.match(await textOf({ kind: 'facilitators' }), /Ida O&lt;Brien<\/a>/)
  const own = await textOf({ kind: 'facilitator', id: facilitator_id })
  assert.match(own, /<title>Ida O&lt;Brien · Stillpoint<\/title>.*content="Slow\.".*With &lt;Ida&gt;<\/a>/s)
  assert.match(await textOf({ kind: 'private' }), /<meta name="robots" content="noindex" \/>/)
  const missing = await pages.render({ kind: 'facilitator', id: 999_999 })
  assert.equal(missing.status, 404)
  assert.match(missing.file.bytes.toString(), /noindex.*This page is not here/s)
})

test('without PUBLIC_URL there is no canonical address', async (t) => {
  const own = await startTestBooking()
  t.after(() => own.close())
  const bare = createPublicPages(own.deps, readTemplate(TEMPLATE))
  const id = await anEvent(own.deps)
  const text = (await bare.render({ kind: 'event', id })).file.bytes.toString()
  assert.doesNotMatch(text, /canonical|og:url/)
  assert.equal(metaOf(text)['og:image'], `/events/${id}/cover.png`)
  assert.equal('url' in jsonLdOf(text), false)
})
