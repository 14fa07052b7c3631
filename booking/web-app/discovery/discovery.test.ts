import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent } from '#harness/data/factories.ts'
import { createSitemap } from './sitemap.ts'

const ORIGIN = 'https://studio.example'
let booking: TestBooking

before(async () => {
  booking = await startTestBooking({ env: { PUBLIC_URL: ORIGIN } })
})
after(() => booking.close())

const locations = (xml: string) =>
  [...xml.matchAll(/<loc>([^<]+)<\/loc>/g)].map(([, url = '']) => url.replace(ORIGIN, ''))

test('the sitemap has every public page, and no event that is cancelled or over', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const { id: former } = await aFacilitator(booking.deps, { is_active: false })
  const id = await anEvent(booking.deps, { facilitator_id })
  await anEvent(booking.deps, { facilitator_id, status: 'CANCELLED' })
  await anEvent(booking.deps, { facilitator_id, start_datetime: new Date('2020-01-01T10:00:00Z') })
  const { status, headers, body } = await booking.request('GET', '/sitemap.xml')
  assert.deepEqual([status, headers['content-type']], [200, 'application/xml; charset=utf-8'])
  assert.deepEqual(locations(body), [
    '/',
    '/events',
    '/facilitators',
    `/facilitators/${facilitator_id}`,
    `/events/${id}`,
  ])
  assert.match(body, /<lastmod>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<\/lastmod>/)
  assert.equal(body.includes(`/facilitators/${former}<`), false)
})

test('many events make an index of several files', async () => {
  for (let i = 0; i < 6; i++) await anEvent(booking.deps)
  const sitemap = createSitemap(booking.deps, ORIGIN, 3)
  const names = locations((await sitemap.root()).bytes.toString())
  assert.deepEqual(names, ['/sitemap/pages.xml', '/sitemap/0.xml', '/sitemap/1.xml', '/sitemap/2.xml'])
  const files = await Promise.all(names.map((name) => sitemap.part(name.slice(9, -4))))
  const events = files
    .flatMap((file) => locations(file?.bytes.toString() ?? ''))
    .filter((url) => /events\/\d/.test(url))
  assert.deepEqual(
    events,
    [1, 4, 5, 6, 7, 8, 9].map((id) => `/events/${id}`),
  )
  for (const unknown of ['9', '-1', 'x', '']) assert.equal(await sitemap.part(unknown), undefined)
  assert.equal((await booking.request('GET', '/sitemap/77.xml')).status, 404)
  assert.equal((await booking.request('GET', '/sitemap/pages.xml')).status, 200)
})

test('crawlers are told where it is, and to leave the API alone', async (t) => {
  const { headers, body } = await booking.request('GET', '/robots.txt')
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
  assert.match(body, /Disallow: \/api\/\n[\s\S]*\nSitemap: https:\/\/studio\.example\/sitemap\.xml\n/)
  const unnamed = await startTestBooking()
  t.after(() => unnamed.close())
  assert.doesNotMatch((await unnamed.request('GET', '/robots.txt')).body, /Sitemap/)
  assert.equal((await unnamed.request('GET', '/sitemap.xml')).status, 404)
})
