import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownPlace } from './next.rules.ts'

const ORIGIN = 'https://book.example'
const place = (next: unknown) => ownPlace(next, ORIGIN)

test('every place of the app is reached, with its filters', () => {
  for (const next of ['/', '/events', '/events?q=a+b&page=2#top', '/events/7', '/manage/events/7?write=edit'])
    assert.equal(place(next), next)
  assert.equal(place(`${ORIGIN}/bookings`), '/bookings')
})

test('an address outside the app is refused', () => {
  const away = [
    'https://evil.example/x',
    'https://evil.example/events',
    'http://book.example/events',
    'https://book.example:8443/events',
    'https://book.example.evil.example/events',
    'https://book.example@evil.example/events',
    '//evil.example',
    '//evil.example/events',
    '///evil.example/events',
    '/\\evil.example',
    '\\\\evil.example/events',
    '/%5Cevil',
    '/\t/evil.example/events',
    '\t//evil.example/events',
    ' //evil.example/events',
    '\n\\/evil.example',
    '/.//evil.example',
    '/events/..//evil.example',
    '/%2e%2e//evil.example',
    'javascript:alert(1)',
    'java\nscript:alert(1)',
    'JAVASCRIPT:alert(1)//',
    'data:text/html,<script>alert(1)</script>',
    'blob:https://book.example/1',
    'https:evil.example',
    'https:/evil.example',
    'http://[',
    '',
  ]
  for (const next of away) {
    const answer = place(next)
    // Nothing at all means the place where one is, which is the first page.
    if (next === '') assert.equal(answer, '/')
    else assert.equal(answer, undefined, JSON.stringify(next))
  }
})

test('unknown paths and the login itself are refused', () => {
  for (const next of [
    '/docs',
    '/api/auth/account',
    '/nowhere',
    '/events/',
    '/events/1/2',
    '/login?next=/login',
    '/register',
    '/forgot-password',
    '/reset-password#x',
  ])
    assert.equal(place(next), undefined, next)
  for (const next of [undefined, null, 7, true, ['/events'], { href: '/events' }])
    assert.equal(place(next), undefined)
})

test('whatever is a place stays in the app wherever it is used', () => {
  for (const next of [
    '/events/7',
    '/events/%2F%2Fevil.example',
    '/events/@evil.example',
    '/events?next=//evil.example',
  ]) {
    const answer = place(next)
    assert.equal(answer, next)
    assert.equal(new URL(String(answer), ORIGIN).origin, ORIGIN)
  }
})
