import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findPage } from '#booking/web-app/pages/page-address.rules.ts'
import { paths } from './paths.ts'

test('the server knows every page of the web app, and answers 404 for all others', () => {
  for (const path of Object.values(paths)) assert.ok(findPage(path.replace(/\$\w+/g, '7')), path)
  for (const path of [
    '/event',
    '/events/7/x',
    '/events/-1',
    '/events/0',
    '/manage',
    '/admin',
    '/bookings/7',
    '//events',
  ])
    assert.equal(findPage(path), undefined, path)
})
