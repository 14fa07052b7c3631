import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { anEvent } from '#harness/data/factories.ts'
import { coverSvg, viewOf } from './cover.rules.ts'
import { createPngRenderer } from './png-renderer.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function read(url: string, headers: Record<string, string> = {}) {
  const { statusCode, headers: sent, rawPayload } = await booking.app.inject({ url, headers })
  return { status: statusCode, headers: sent, bytes: rawPayload }
}
const sizeOf = (png: Buffer) => [png.subarray(1, 4).toString(), png.readUInt32BE(16), png.readUInt32BE(20)]

test('each event has its own picture of 1200 × 630 pixels, drawn once', async () => {
  const [one, two] = [await anEvent(booking.deps), await anEvent(booking.deps)]
  const first = await read(`/events/${one}/cover.png`)
  assert.deepEqual([first.status, first.headers['content-type']], [200, 'image/png'])
  assert.deepEqual(sizeOf(first.bytes), ['PNG', 1_200, 630])
  assert.match(String(first.headers['cache-control']), /^public, max-age=3600/)
  assert.notDeepEqual((await read(`/events/${two}/cover.png`)).bytes, first.bytes)
  const again = await read(`/events/${one}/cover.png`, { 'if-none-match': String(first.headers.etag) })
  assert.equal(again.status, 304)
  for (const unknown of ['999999', 'x', '0'])
    assert.equal((await read(`/events/${unknown}/cover.png`)).status, 404)
})

test('what people wrote is no part of it, and the hour is that of the place', () => {
  const event = {
    id: 7,
    event_type: 'RETREAT' as const,
    start_datetime: '2027-01-14T17:30:00',
    timezone: 'Europe/Berlin',
  }
  assert.equal(viewOf(event).hour, 18.5)
  assert.match(coverSvg(viewOf(event)), /^[\w\s<>="#/.:()%-]+$/)
})

test('a picture that cannot be drawn is an error, and the next one is drawn', async () => {
  const renderer = createPngRenderer()
  await assert.rejects(renderer.render('no picture'))
  const svg = coverSvg({ id: 1, isRetreat: false, hour: 12, width: 571 })
  assert.deepEqual(sizeOf(await renderer.render(svg)), ['PNG', 1_200, 630])
  await renderer.close()
})

test('the web app can be put on a home screen', async () => {
  const { status, headers, bytes } = await read('/manifest.webmanifest')
  assert.deepEqual([status, headers['content-type']], [200, 'application/manifest+json; charset=utf-8'])
  const { icons } = JSON.parse(bytes.toString()) as {
    icons: { src: string; sizes: string; purpose: string }[]
  }
  assert.deepEqual(icons.map(({ purpose }) => purpose).toSorted(), ['any', 'any', 'maskable'])
  for (const { src, sizes } of [...icons, { src: '/icons/apple-touch-icon.png', sizes: '180x180' }]) {
    const icon = await read(src)
    assert.deepEqual(sizeOf(icon.bytes), ['PNG', ...sizes.split('x').map(Number)], src)
  }
})
