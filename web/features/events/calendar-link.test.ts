import assert from 'node:assert/strict'
import { test } from 'node:test'
import { googleCalendarLink, outlookCalendarLink } from './calendar-link.ts'

const event = {
  title: 'Sit & breathe',
  description: 'Slowly.',
  start_datetime: '2026-11-25T07:00:00',
  end_datetime: '2026-11-25T08:00:00',
  location: null,
  virtual_link: 'https://meet.example.com/a?b=1',
}

const PAGE = 'https://studio.example/events/7'

const read = (overrides: Partial<Omit<typeof event, 'location'>> & { location?: string }) => {
  const link = googleCalendarLink({ ...event, ...overrides }, PAGE)
  const { searchParams, origin } = new URL(link)
  assert.equal(origin, 'https://calendar.google.com')
  assert.ok(link.length <= 2_000, `${link.length} characters`)
  // What was cut inside an encoded character would be read as this one.
  assert.ok(!link.includes('%EF%BF%BD'))
  return { link, get: (name: string) => searchParams.get(name) ?? '' }
}

test('the entry has the time in UTC, leads to where the event is, and ends with the address of its page', () => {
  const { get } = read({})
  assert.equal(get('dates'), '20261125T070000Z/20261125T080000Z')
  assert.equal(get('text'), 'Sit & breathe')
  assert.equal(get('location'), 'https://meet.example.com/a?b=1')
  assert.equal(get('details'), `Slowly.\n\nhttps://meet.example.com/a?b=1\n\n${PAGE}`)
  assert.equal(read({ location: 'Hut' }).get('location'), 'Hut')
  assert.equal(read({ description: '', virtual_link: '' }).get('details'), PAGE)
})

test('Outlook gets the same', () => {
  const link = outlookCalendarLink({ ...event, description: 'ü'.repeat(5_000) }, PAGE)
  const { searchParams, origin } = new URL(link)
  assert.equal(origin, 'https://outlook.live.com')
  assert.ok(link.length <= 2_000, `${link.length} characters`)
  assert.equal(searchParams.get('subject'), 'Sit & breathe')
  assert.deepEqual(
    [searchParams.get('startdt'), searchParams.get('enddt')],
    ['2026-11-25T07:00:00Z', '2026-11-25T08:00:00Z'],
  )
  assert.ok(searchParams.get('body')?.endsWith(PAGE))
})

const long = {
  umlauts: 'ü'.repeat(5_000),
  letters: 'a'.repeat(5_000),
  lines: 'one line\n'.repeat(600),
  emoji: '🧘'.repeat(2_500),
  families: '👨‍👩‍👧‍👦'.repeat(700),
  'letters with marks': 'e\u0301'.repeat(2_500),
  Hebrew: 'שלום '.repeat(1_000),
}
for (const [name, text] of Object.entries(long)) {
  test(`a long description of ${name} is cut between characters, as late as it may be`, () => {
    const { link, get } = read({ description: text })
    const end = `…\n\nhttps://meet.example.com/a?b=1\n\n${PAGE}`
    assert.ok(get('details').endsWith(end))
    const kept = get('details').slice(0, -end.length)
    assert.ok(text.startsWith(kept))
    const whole = [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment)
    assert.ok(
      whole.some((_, i) => whole.slice(0, i).join('').trimEnd() === kept),
      'no character is cut in two',
    )
    assert.ok(link.length > 2_000 - 100, `only ${link.length} characters`)
  })
}

test('with everything as long as it may be, the address of the page is still there, and no link is cut', () => {
  const virtual_link = `https://meet.example.com/${'x'.repeat(1_900)}`
  const { get } = read({
    title: '🧘'.repeat(200),
    description: 'ü'.repeat(5_000),
    location: 'Ö'.repeat(200),
    virtual_link,
  })
  assert.ok(get('details').endsWith(`…\n\n${PAGE}`))
  assert.match(get('text'), /^🧘+…$/u)
  assert.match(get('location'), /^Ö+…$/)
  assert.equal(read({ virtual_link }).get('location'), '')
})
