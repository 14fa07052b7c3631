import assert from 'node:assert/strict'
import { test } from 'node:test'
import { layOut } from './layout.ts'

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
