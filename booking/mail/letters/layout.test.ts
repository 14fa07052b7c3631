import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clockTime, eventTimes, shortStart } from './event-times.rules.ts'
import { layOut } from './layout.ts'

const at = (text: string) => new Date(`${text}Z`)
const times = (start: string, end: string, timezone = 'Europe/Berlin') => ({
  start_datetime: at(start),
  end_datetime: at(end),
  timezone,
})

test('when an event is, on its own clock', () => {
  // biome-ignore format: a table
  const rows: [ReturnType<typeof times>, string][] = [
    [times('2026-12-04T17:00', '2026-12-04T18:30'), 'Friday, 4 December 2026, 18:00–19:30 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T21:00', '2026-12-04T23:00'), 'Friday, 4 December 2026, 22:00–00:00 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T15:00', '2026-12-06T11:00'), 'Friday, 4 December 2026, 16:00 – Sunday, 6 December 2026, 12:00 (Central European Standard Time, Europe/Berlin)'],
    [times('2026-10-24T22:00', '2026-10-25T05:00'), 'Sunday, 25 October 2026, 00:00–06:00 (Central European Summer Time, after the change of clocks Central European Standard Time, Europe/Berlin)'],
    [times('2026-12-04T17:00', '2026-12-04T18:00', 'UTC'), 'Friday, 4 December 2026, 17:00–18:00 (Coordinated Universal Time, UTC)'],
    [times('2026-12-04T17:00', '2026-12-04T18:00', 'No/Where'), 'Friday, 4 December 2026, 17:00–18:00 (Coordinated Universal Time, UTC)'],
  ]
  for (const [event, text] of rows) assert.equal(eventTimes(event), text)
  assert.equal(shortStart(times('2026-12-04T17:00', '2026-12-04T18:00')), 'Fri, 4 Dec, 18:00')
  assert.equal(clockTime(at('2026-12-04T17:00'), 'America/New_York'), 'Friday, 4 December 2026, 12:00')
})

const frame = { studio: { name: 'Ann & <Co>', address: undefined }, publicUrl: 'https://studio.example' }

test('everything that is said is escaped, and one line stays one line', () => {
  const evil = '<script>alert("1")</script> & \'x\''
  const { subject, text, html } = layOut(
    {
      subject: `${evil}\r\nBcc: a@b.example`,
      heading: evil,
      blocks: [
        { type: 'paragraph', text: evil },
        { type: 'quote', text: `${evil}\r\n\u2028end` },
        { type: 'list', items: [evil] },
        {
          type: 'facts',
          facts: [{ label: evil, value: evil, was: evil, href: 'https://a.example/"><script>' }],
        },
      ],
      action: { label: evil, path: '/"><script>' },
      footnote: evil,
    },
    frame,
  )
  assert.doesNotMatch(subject, /[\r\n]/)
  assert.doesNotMatch(html, /<script/)
  assert.doesNotMatch(html, /alert\("/)
  assert.match(html, /href="https:\/\/a\.example\/&quot;&gt;&lt;script&gt;"/)
  assert.match(html, /Ann &amp; &lt;Co&gt;/)
  assert.match(text, /> end/)
  assert.ok(text.includes(evil), 'the text is as it was')
})

test('the text stands alone: facts, what changed, the link, and who writes', () => {
  const { text, html } = layOut(
    {
      subject: 'S',
      heading: 'Heading',
      blocks: [{ type: 'facts', facts: [{ label: 'Where', value: 'New', was: 'Old' }] }],
      action: { label: 'Look', path: '/events/1' },
      footnote: 'Why.',
    },
    { ...frame, studio: { name: 'Studio', address: 'Street 1' } },
  )
  assert.equal(
    text,
    'Heading\n\nWhere: New\n  (until now: Old)\n\nLook:\nhttps://studio.example/events/1\n\n-- \nStudio\nStreet 1\n\nWhy.\n',
  )
  assert.match(html, /color-scheme:light dark/)
  assert.match(html, /prefers-color-scheme:dark/)
  assert.match(html, /width=device-width/)
})
