import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import readXlsx from 'read-excel-file/node'
import { startTestCrm, type TestCrm, TEST_CRM_TOKEN as token } from '#harness/apps/test-crm.ts'
import { aNotification } from '#harness/data/notification.factory.ts'

let crm: TestCrm
let ann: number
let bob: number
let cleo: number

before(async () => {
  crm = await startTestCrm()
  const noon = new Date(`${crm.clock.now().toISOString().slice(0, 10)}T12:00:00Z`)
  crm.clock.advance((noon.getTime() - crm.clock.now().getTime()) / 1000)
  ann = await receive('Ann Lee', 'ann@studio.example', 'Sunrise 100%_\\ Yoga')
  crm.clock.advance(60)
  bob = await receive('Bob Ölçer', 'bob@studio.example', 'Silent Retreat', { facilitator_id: 2 })
  crm.clock.advance(24 * 60 * 60)
  cleo = await receive('Cléo "C" Martin, jr.', 'cleo+sunrise@example.com', 'Breathwork 1000')
})
after(() => crm.close())

async function receive(name: string, email: string, title: string, rest = {}): Promise<number> {
  const { user, event } = aNotification()
  const body = aNotification({ user: { ...user, name, email }, event: { ...event, title }, ...rest })
  assert.equal((await crm.request('POST', '/api/notify', { token, body })).status, 200)
  return body.booking_id
}

const ask = (query: string, path = '/api/bookings') => crm.request('GET', `${path}${query}`, { token })
const ids = (body: { bookings: { booking_id: number }[] }) =>
  body.bookings.map(({ booking_id }) => booking_id)
const dayOf = (daysAgo: number) =>
  new Date(crm.clock.now().getTime() - daysAgo * 86_400_000).toISOString().slice(0, 10)

const searches: [search: string, found: () => number[]][] = [
  ['ann', () => [ann]],
  ['ANN LEE', () => [ann]],
  ['@studio.EXAMPLE', () => [bob, ann]],
  ['sunrise', () => [cleo, ann]],
  ['retreat', () => [bob]],
  ['ö', () => [bob]],
  ['100%', () => [ann]],
  ['%_\\', () => [ann]],
  ['_', () => [ann]],
  ['0', () => []],
  ['1', () => [cleo, bob, ann]],
  ['cleo', () => [cleo]],
  ['Cle\u0301o', () => [cleo]],
  ['olcer  bob', () => [bob]],
  ['lee ann yoga', () => [ann]],
  ["c'leo", () => [cleo]],
  ['cleo yoga', () => []],
  ['r', () => [bob]],
  ['su', () => [cleo, ann]],
  ['un', () => []],
  ['"C"', () => [cleo]],
  ["' or 1=1 --", () => []],
]
for (const [search, found] of searches) {
  test(`?search=${search} finds it in name, address, phone number and title, and nothing else`, async () => {
    const query = `?search=${encodeURIComponent(search)}`
    const { status, body } = await ask(query)
    assert.equal(status, 200)
    assert.deepEqual(ids(body), found())
    assert.equal(body.filters_applied.search, search)
    assert.deepEqual(body.summary, { total_notifications: 3, filtered_results: found().length })
    const own = await ask(query, '/api/facilitators/1/bookings')
    assert.deepEqual(
      ids(own.body),
      found().filter((id) => id !== bob),
    )
    assert.equal(own.body.pagination.total, ids(own.body).length)
  })
}

test('a range of days includes both, a range of times both seconds', async () => {
  const day = dayOf(1)
  const cases: [query: string, found: number[]][] = [
    [`from=${day}`, [cleo, bob, ann]],
    [`from=${day}&to=${day}`, [bob, ann]],
    [`to=${day}`, [bob, ann]],
    [`from=${dayOf(0)}`, [cleo]],
    [`to=${dayOf(2)}`, []],
    [`from=${day}T12:00:01`, [cleo, bob]],
    [`from=${day}T12:00:00&to=${day}T12:00:00`, [ann]],
    [`to=${day}T12:00:59`, [ann]],
    [`to=${day}T12:01`, [bob, ann]],
    [`from=${day}T14:00:30%2B02:00&to=${day}T14:01:00%2B02:00`, [bob]],
    [`from=${day}T14:00:30+02:00&to=${day}T10:01:00-02:00`, [bob]],
    [`from=${day}&search=studio&facilitator_id=2`, [bob]],
    [`from=&to=&search=`, [cleo, bob, ann]],
  ]
  for (const [query, found] of cases) {
    const { status, body } = await ask(`?${query}`)
    assert.deepEqual([status, ids(body), body.pagination.total], [200, found, found.length], query)
    const own = await ask(`?${query.replace('&facilitator_id=2', '')}`, '/api/facilitators/2/bookings')
    assert.deepEqual(
      ids(own.body),
      found.filter((id) => id === bob),
      query,
    )
  }
})

test('filters are repeated as they were understood, and only those that were given', async () => {
  const contract = { facilitator_id: null, event_id: null, user_id: null, status: null, crm_status: null }
  assert.deepEqual((await ask('')).body.filters_applied, contract)
  const query = `?search=%20ann%20&from=2026-01-15&to=${dayOf(0)}T14:00:00%2B02:00`
  assert.deepEqual((await ask(query)).body.filters_applied, {
    ...contract,
    search: 'ann',
    from: '2026-01-15',
    to: `${dayOf(0)}T12:00:00`,
  })
})

const faults: [query: string, field: string][] = [
  ['from=yesterday', 'from'],
  ['to=2026-02-30', 'to'],
  ['to=2026-1-1', 'to'],
  ['from=15.01.2026', 'from'],
  ['from=2026-01-15T25:00:00', 'from'],
  ['from=2026-01-16&to=2026-01-15', 'to'],
  ['from=0000-00-00', 'from'],
  [`search=${'x'.repeat(201)}`, 'search'],
  ['format=pdf', 'format'],
  ['format=csv&sep=.', 'sep'],
]
for (const [query, field] of faults) {
  test(`?${query.slice(0, 40)} is refused, and ${field} named`, async () => {
    for (const path of ['/api/bookings', '/api/facilitators/1/bookings']) {
      for (const format of query.includes('format') ? [''] : ['', '&format=csv']) {
        const { status, body } = await ask(`?${query}${format}`, path)
        assert.deepEqual([status, body.code, body.details?.[0]?.field], [400, 'validation_failed', field])
      }
    }
  })
}

test('as CSV comes everything that matches, whatever the page, safe to open in a spreadsheet', async () => {
  const event = {
    ...aNotification().event,
    title: '+1\n"x"',
    start_datetime: '2027-01-16T00:30:00',
    timezone: 'America/New_York',
  }
  const body = aNotification({
    user: { ...aNotification().user, name: '=cmd|x', email: '@evil' },
    event,
    facilitator_id: 3,
    notes: '-1',
  })
  await crm.request('POST', '/api/notify', { token, body })
  const formula = body.booking_id
  const { status, headers, body: file } = await ask('?facilitator_id=3&format=CSV&page=7&per_page=1')
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8')
  assert.equal(headers['content-disposition'], 'attachment; filename="bookings.csv"')
  assert.ok(file.startsWith('\uFEFF'), 'spreadsheets take it for UTF-8')
  const [header, ...rest] = file.slice(1).split('\r\n')
  assert.equal(
    header,
    'id,booking_id,user_id,user_name,user_email,user_phone,event_id,event_title,event_type,event_start_datetime,' +
      'event_location,facilitator_id,booking_date,notes,received_at,status,cancelled_at,crm_status,' +
      'event_start_local,event_timezone',
  )
  const received = crm.clock.now().toISOString().slice(0, 19)
  assert.deepEqual(rest, [
    `${/^\d+/.exec(rest[0])},${formula},1,'=cmd|x,'@evil,+1234567890,1,"'+1\n""x""",session,2027-01-16T00:30:00,` +
      `Wellness Center,3,2024-01-01T12:00:00,'-1,${received},received,,new,2027-01-15 19:30,America/New_York`,
    '',
  ])
  const own = await ask('?format=csv&search=lee', '/api/facilitators/1/bookings')
  assert.equal(own.headers['content-disposition'], 'attachment; filename="facilitator-1-bookings.csv"')
  assert.equal(own.body.split('\r\n').length, 3)
  const none = await ask('?format=csv&crm_status=completed')
  assert.deepEqual(none.body.split('\r\n'), [`\uFEFF${header}`, ''])
  const bySemicolon = (await ask('?facilitator_id=3&format=csv&sep=;')).body
  assert.ok(bySemicolon.startsWith(`\uFEFF${header.replaceAll(',', ';')}\r\n`))
  assert.equal((await crm.request('GET', '/api/bookings?format=csv')).status, 401)
})

test('as a workbook it comes in words, by the clock of each event, with text that stays text', async () => {
  const { user, event } = aNotification()
  const notifications = [
    aNotification({
      facilitator_id: 5,
      user: { ...user, name: '=1+1', phone: '0049 151' },
      event: { ...event, start_datetime: '2027-01-16T00:30:00', timezone: 'America/New_York' },
    }),
    aNotification({
      facilitator_id: 5,
      event: { ...event, start_datetime: 'soon', timezone: 'Nowhere/At_All' },
    }),
    aNotification({ facilitator_id: 5, status: 'cancelled', notes: null }),
  ]
  for (const body of notifications) await crm.request('POST', '/api/notify', { token, body })
  const now = crm.clock.now().toISOString().slice(0, 16).replace('T', ' ')
  for (const url of ['/api/bookings?facilitator_id=5&', '/api/facilitators/5/bookings?']) {
    const { statusCode, headers, rawPayload } = await crm.app.inject({
      url: `${url}format=xlsx&per_page=1`,
      headers: { authorization: `Bearer ${token}` },
    })
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
    assert.match(String(headers['content-disposition']), /bookings\.xlsx"$/)
    const [sheet] = await readXlsx(rawPayload)
    const [head, ...rows] = sheet?.data ?? []
    const columns = ['Name', 'Phone', 'Event starts', 'Time zone', 'Booked', 'Status', 'Cancelled', 'Contact']
    const shown = rows.map((row) => columns.map((title) => row[head?.indexOf(title) ?? -1]))
    assert.deepEqual(shown, [
      [user.name, user.phone, '2024-01-15 07:00', 'UTC', '2024-01-01 12:00', 'Cancelled', now, 'New'],
      [user.name, user.phone, 'soon', 'UTC', '2024-01-01 12:00', 'Booked', null, 'New'],
      ['=1+1', '0049 151', '2027-01-15 19:30', 'America/New_York', '2024-01-01 07:00', 'Booked', null, 'New'],
    ])
  }
  assert.equal((await crm.request('GET', '/api/bookings?format=xlsx')).status, 401)
})

test('a list longer than any batch comes whole and in order, in pages from either end and as CSV', async () => {
  const facilitator_id = 40
  for (let i = 0; i < 3; i++) {
    const notifications = Array.from({ length: 421 }, (_, n) =>
      aNotification({ facilitator_id, ...(n % 3 === 0 && { status: 'cancelled' }) }),
    )
    await crm.request('POST', '/api/notify/batch', { token, body: { notifications } })
  }
  for (const filter of ['', '&status=cancelled', '&crm_status=new', '&search=morning', `&from=${dayOf(0)}`]) {
    const csv = (await ask(`?format=csv${filter}`, `/api/facilitators/${facilitator_id}/bookings`)).body
    const inFile = csv
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line: string) => Number(line.split(',')[1]))
    assert.equal(inFile.length, filter.includes('cancelled') ? 423 : 1263, filter)
    assert.deepEqual(
      inFile,
      inFile.toSorted((a: number, b: number) => b - a),
    )
    const inPages: number[] = []
    for (let page = 1; ; page++) {
      const { body } = await ask(
        `?per_page=100&page=${page}${filter}`,
        `/api/facilitators/${facilitator_id}/bookings`,
      )
      inPages.push(...ids(body))
      if (!body.pagination.has_next) break
    }
    assert.deepEqual(inPages, inFile, filter)
  }
})
