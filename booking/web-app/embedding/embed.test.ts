import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadConfig } from '#booking/config.ts'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { aFacilitator, anEvent } from '#harness/data/factories.ts'

const SITES = 'https://www.studio.example,http://localhost:4000'
let booking: TestBooking

before(async () => {
  booking = await startTestBooking({ env: { EMBED_ORIGINS: SITES, PUBLIC_URL: 'https://booking.example' } })
})
after(() => booking.close())

const read = (query = '') => booking.request('GET', `/embed/events${query}`)

test('the list may be framed by the sites that are set, and by no other', async (t) => {
  const { status, headers } = await read()
  assert.equal(status, 200)
  const policy = String(headers['content-security-policy'])
  assert.match(policy, /; frame-ancestors https:\/\/www\.studio\.example http:\/\/localhost:4000$/)
  assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+';/)
  assert.equal(headers['x-frame-options'], undefined)
  const closed = await startTestBooking()
  t.after(() => closed.close())
  const own = await closed.request('GET', '/embed/events')
  assert.match(String(own.headers['content-security-policy']), /frame-ancestors 'none'$/)
  assert.equal(own.headers['x-frame-options'], 'DENY')
})

test('nothing else may be framed', async () => {
  for (const url of ['/', '/embed.js', '/api/programme', '/docs', '/events/1/cover.png']) {
    const { headers } = await booking.request('GET', url, { headers: { accept: 'text/html' } })
    assert.match(String(headers['content-security-policy']), /frame-ancestors 'none'/, url)
    assert.equal(headers['x-frame-options'], 'DENY', url)
  }
})

test('it has the events that are asked for, as links that open a new tab', async () => {
  const { id: facilitator_id } = await aFacilitator(booking.deps)
  const link = 'https://meet.example.com/secret'
  const id = await anEvent(booking.deps, { facilitator_id, title: '<b>Yin</b> & "Yang"', virtual_link: link })
  const retreat = await anEvent(booking.deps, { event_type: 'RETREAT', title: 'Silence' })
  booking.clock.advance(2)
  const all = (await read()).body as string
  assert.ok(all.includes(`<a href="https://booking.example/events/${id}" target="_blank" rel="noopener">`))
  assert.ok(all.includes('&lt;b&gt;Yin&lt;/b&gt; &amp; &quot;Yang&quot;') && all.includes('Silence'))
  assert.equal(all.includes('meet.example'), false)
  const own = (await read(`?facilitator_id=${facilitator_id}&theme=dark`)).body as string
  assert.ok(own.includes(`/events/${id}"`) && !own.includes(`/events/${retreat}"`))
  assert.match(own, /<html lang="en" data-theme="dark">/)
  assert.ok(!((await read('?type=retreat')).body as string).includes(`/events/${id}"`))
  for (const wrong of ['?type=party', '?facilitator_id=x', '?theme=pink'])
    assert.equal((await read(wrong)).status, 400, wrong)
})

test('the script that inserts it is small, and believes its own frame only', async () => {
  const { status, headers, body } = await booking.request('GET', '/embed.js')
  assert.deepEqual([status, headers['content-type']], [200, 'text/javascript; charset=utf-8'])
  assert.ok(Buffer.byteLength(body) <= 3_000)
  const frame = { style: { cssText: '', height: '' }, contentWindow: {}, src: '' }
  const listeners: ((message: object) => void)[] = []
  const script = { src: 'https://booking.example/embed.js', dataset: { type: 'retreat' }, after: () => {} }
  const document = { currentScript: script, createElement: () => frame }
  new Function('document', 'addEventListener', body)(
    document,
    (_: string, listen: (message: object) => void) => listeners.push(listen),
  )
  assert.equal(frame.src, 'https://booking.example/embed/events?type=retreat')
  const hear = (origin: string, source: object, data: unknown) => {
    for (const listen of listeners) listen({ origin, source, data })
    return frame.style.height
  }
  const { contentWindow } = frame
  assert.equal(hear('https://evil.example', contentWindow, { stillpointHeight: 10 }), '')
  assert.equal(hear('https://booking.example', {}, { stillpointHeight: 10 }), '')
  for (const data of [
    null,
    'x',
    { stillpointHeight: '9;x' },
    { stillpointHeight: -1 },
    { stillpointHeight: 1e9 },
  ])
    assert.equal(hear('https://booking.example', contentWindow, data), '')
  assert.equal(hear('https://booking.example', contentWindow, { stillpointHeight: 321.5 }), '322px')
})

test('what is no origin is refused as a setting, so that nothing else gets into the policy', () => {
  for (const wrong of [
    '*',
    'https://a.example/',
    'https://a.example; script-src *',
    'a.example',
    "'self'",
    'HTTPS://A.example',
  ])
    assert.throws(() => loadConfig({ EMBED_ORIGINS: wrong }), /EMBED_ORIGINS/, wrong)
})
