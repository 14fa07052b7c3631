import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DEMO_PASSWORD, isMissingPage, startWebApp, type Visitor, Visitors, type WebApp } from './web-app.ts'

/** Addresses that somebody has spoilt, by hand or with intent: no page breaks, and none asks the API what it refuses. */

const ATTENDEE = 'john.doe@example.com'
const ADMIN = 'admin@example.com'

/** The pages that read parameters; all others get some too. */
const READS = /^\/(login|register|events|dashboard|manage|crm|admin\/(users|mail))/

/** Every page, with what its heading says whatever stands in them. */
const PAGES: { path: string; as?: string; parameters: string[]; with?: string; heading: RegExp }[] = [
  { path: '/login', parameters: ['next'], heading: /^Welcome back$/ },
  { path: '/register', parameters: ['next'], heading: /^Create an account$/ },
  { path: '/forgot-password', parameters: ['next', 'email'], heading: /^Forgot your password\?$/ },
  { path: '/reset-password', parameters: ['token', 'next'], heading: /^Set a new password$/ },
  { path: '/verify-email', parameters: ['token', 'next'], heading: /^Confirm your e-mail address$/ },
  {
    path: '/events',
    as: ATTENDEE,
    parameters: ['q', 'type', 'online', 'when', 'facilitator', 'from', 'to', 'page', 'view', 'month'],
    heading: /^What is on$/,
  },
  {
    path: '/events',
    as: ATTENDEE,
    with: 'view=calendar',
    parameters: ['q', 'type', 'online', 'when', 'facilitator', 'from', 'to', 'page', 'month'],
    heading: /^What is on$/,
  },
  { path: '/dashboard', as: ADMIN, parameters: ['of'], heading: /^Hello, / },
  {
    path: '/manage/events',
    as: ADMIN,
    parameters: ['of', 'when', 'q', 'page', 'write', 'event'],
    heading: /^Events$/,
  },
  {
    path: '/manage/events/1',
    as: ADMIN,
    parameters: ['of', 'when', 'q', 'page', 'write', 'event'],
    heading: /^Morning Meditation Session$/,
  },
  { path: '/crm', as: ADMIN, parameters: ['of', 'q', 'contact'], heading: /^Contacts$/ },
  { path: '/', as: ATTENDEE, parameters: ['next', 'page', 'q'], heading: /^A quiet hour/ },
  { path: '/events/2', as: ATTENDEE, parameters: ['page', 'q', 'of'], heading: /^Vinyasa Flow$/ },
  { path: '/bookings', as: ATTENDEE, parameters: ['page', 'of'], heading: /^Your bookings$/ },
  { path: '/facilitators', as: ATTENDEE, parameters: ['page', 'of'], heading: /^Facilitators$/ },
  { path: '/facilitators/3', as: ATTENDEE, parameters: ['page', 'of'], heading: /^Amara Okafor$/ },
  { path: '/profile', as: ATTENDEE, parameters: ['page', 'of'], heading: /^Profile$/ },
  { path: '/admin/users', as: ADMIN, parameters: ['q', 'status', 'role', 'page'], heading: /^Accounts$/ },
  { path: '/admin/facilitators', as: ADMIN, parameters: ['page', 'of'], heading: /^Facilitators$/ },
  { path: '/admin/delivery', as: ADMIN, parameters: ['page', 'of'], heading: /^Delivery$/ },
  { path: '/admin/mail', as: ADMIN, parameters: ['q', 'status', 'page', 'mail'], heading: /^Mail$/ },
]

const WRONG = [
  'abc',
  '-1',
  '0',
  '1.5',
  '1e99',
  '99999999999',
  '',
  '["1","2"]',
  '{"toString":1}',
  'true',
  'null',
  `${'x'.repeat(1_500)}`,
  '%00',
  '%E0%A4%A',
  '%F0%9F%A7%98',
  '2026-13-40',
  '0001-01-01',
  '9999-12-31',
  '//evil.example',
  '__proto__',
]

const WRONG_IDS = [
  'abc',
  '0',
  '-1',
  '1.5',
  '1e3',
  '99999999999',
  'NaN',
  '%00',
  '%20',
  '1%2F2',
  '__proto__',
  'x'.repeat(300),
]

let app: WebApp
const visitors = new Visitors()
/** What the API refused, since somebody looked last. */
const refused: string[] = []

before(async () => {
  app = await startWebApp()
})
after(() => app.close())

test('every page is in the list', () => {
  const text = readFileSync(join(import.meta.dirname, '../../web/paths.ts'), 'utf8')
  const all = [...text.matchAll(/: '(\/[^']*)'/g)].map(([, path]) => path)
  const patterns = new Set(PAGES.map(({ path }) => path.replace(/\/\d+$/, '/$id')))
  assert.deepEqual(all.toSorted(), [...patterns].toSorted())
})

test('every page that reads parameters is in the list', () => {
  const routes = readFileSync(join(import.meta.dirname, '../../web/routes.tsx'), 'utf8')
  const readers = [...routes.matchAll(/validateSearch: (\w+)/g)].map(([, name]) => name)
  // Two doors, the programme, the studio with two pages of events, the contacts, the accounts, and the mails.
  assert.deepEqual(readers, [
    'readNext',
    'readNext',
    'readEventSearch',
    'readStudioSearch',
    'readOwnEventsSearch',
    'readOwnEventsSearch',
    'readCrmSearch',
    'readUserSearch',
    'readMailSearch',
  ])
})

for (const { path, as, parameters, with: fixed, heading } of PAGES) {
  test(`${path}${fixed ? `?${fixed}` : ''} takes whatever stands in ${parameters.join(', ')}`, async () => {
    const { page, settle } = await visitors.of(app, as, watch)
    const look = async (query: string) => {
      await page.goto(`${path}?${[fixed, query].filter(Boolean).join('&')}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await settle()
      assert.deepEqual(refused.splice(0), [], query)
    }
    const isRead = READS.test(path)
    for (const wrong of isRead ? WRONG : WRONG.slice(0, 2))
      await look(parameters.map((name) => `${name}=${wrong}`).join('&'))
    for (const [i, name] of (isRead ? parameters : []).entries()) {
      // Alone, beside good ones: every parameter gets other values here.
      for (const far of [0, 7, 13]) await look(`${name}=${WRONG[(i + far) % WRONG.length]}`)
    }
    await look(parameters.map((name) => `${name}=1&${name}=abc`).join('&'))
  })
}

for (const [path, as, heading] of [
  ['/events', ATTENDEE, 'This event is not here any more'],
  ['/facilitators', ATTENDEE, 'This facilitator is not here any more'],
  ['/manage/events', ADMIN, 'This event is not here any more'],
] as const) {
  test(`${path}/ takes whatever stands behind it`, async () => {
    const { page, settle } = await visitors.of(app, as, watch)
    for (const id of WRONG_IDS) {
      await page.goto(`${path}/${id}`)
      await page.getByRole('heading', { name: heading }).waitFor()
      await settle()
      assert.deepEqual(refused.splice(0), [], id)
    }
  })
}

test('no address made the browser complain', async () => {
  for (const visitor of visitors.values())
    await visitor.leave().catch(({ actual }: { actual: string[] }) => {
      const others = actual.filter((text) => !/^Failed to load resource: .* status of 404/.test(text))
      assert.deepEqual(others, [])
    })
})

test('what was there once is gone, and there is nothing to try again', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await visitor.logIn(ADMIN)
  for (const [path, noun] of [
    ['/events/999999', 'event'],
    ['/facilitators/999999', 'facilitator'],
    ['/manage/events/999999', 'event'],
  ]) {
    await page.goto(String(path))
    await page.getByRole('heading', { name: `This ${noun} is not here any more` }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Try again' }).count(), 0)
  }
  await page.goto('/crm?contact=999999')
  await page.getByText('This no longer exists.').waitFor()
  await visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.ok(
      actual.every((text) => text.includes('404')),
      actual.join('\n'),
    )
  })
})

const AWAY = [
  'https://evil.example/x',
  '//evil.example/x',
  '/\\evil.example',
  '/%5Cevil',
  '\\\\evil.example',
  'javascript:alert(1)',
  '\t//evil.example',
  '/\t/evil.example',
  '/.//evil.example',
  'https:evil.example',
  'http://localhost@evil.example/events',
  '/docs',
  '/login?next=//evil.example',
]

test('an address that cannot be decoded is one at which there is nothing', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  for (const path of ['/events/%E0%A4%A', '/facilitators/%', '/%zz', '/no/such/%ff?q=%ff', '/events/7/%']) {
    const answer = await page.goto(path)
    assert.equal(answer?.status(), 400, path)
    await page.getByRole('heading', { name: 'Page not found' }).waitFor()
  }
  await visitor.leave().catch(({ actual }: { actual: string[] }) => {
    assert.ok(
      actual.every((text) => text.includes('status of 400')),
      actual.join('\n'),
    )
  })
})

for (const door of ['/login', '/register']) {
  test(`whoever comes in by ${door} stays in the app`, async () => {
    for (const next of door === '/login' ? AWAY : AWAY.slice(0, 3)) {
      const visitor = await app.visit()
      const { page } = visitor
      await page.context().route(
        ({ origin }) => origin !== app.api,
        (route) => route.abort(),
      )
      await page.goto(`${door}?next=${encodeURIComponent(next)}`)
      await comeIn(visitor, door)
      await page.waitForURL(`${app.api}/events`)
      await visitor.leave()
    }
  })
}

test('and is taken to where they wanted to be, with its filters', async () => {
  const visitor = await app.visit()
  const { page } = visitor
  await page.goto('/events?q=yoga&type=session')
  await page.getByRole('banner').getByRole('link', { name: 'Log in' }).click()
  await page.waitForURL('**/login?next=*')
  await comeIn(visitor, '/login')
  await page.waitForURL(`${app.api}/events?q=yoga&type=session`)
  await page.getByRole('button', { name: /^Account of/ }).waitFor()
  await visitor.leave()
})

let people = 0

async function comeIn({ page }: Visitor, door: string): Promise<void> {
  const isNew = door === '/register'
  if (isNew) {
    await page.getByLabel('First name').fill('Nora')
    await page.getByLabel('Last name (optional)').fill('North')
  }
  await page.getByLabel('Email').fill(isNew ? `new-${++people}@example.com` : ATTENDEE)
  await page.getByRole('textbox', { name: 'Password' }).fill(DEMO_PASSWORD)
  await page
    .getByRole('main')
    .getByRole('button', { name: isNew ? 'Create account' : 'Log in' })
    .click()
}

function watch({ page }: Visitor): void {
  page.on('response', (response) => {
    if (response.status() >= 400 && !isMissingPage(response))
      refused.push(`${response.status()} ${response.url()}`)
  })
}
