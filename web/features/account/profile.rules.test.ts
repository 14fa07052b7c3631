import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { User } from '#web/lib/api/contract.ts'
import { changesOf } from './profile.rules.ts'

const user = { first_name: 'Ann', last_name: 'Other', email: 'ann@example.com', phone: null } as User
const typed = {
  first_name: 'Ann',
  last_name: ' Other ',
  email: 'ann@example.com',
  phone: ' ',
  current_password: 'secret',
}

test('only what differs is sent, and no password without need', () => {
  assert.deepEqual(changesOf(user, typed), {})
  assert.deepEqual(changesOf(user, { ...typed, first_name: 'Anna', phone: '+49 1' }), {
    first_name: 'Anna',
    phone: '+49 1',
  })
})

test('another address takes the password along, and an emptied phone is none', () => {
  assert.deepEqual(changesOf(user, { ...typed, email: 'new@example.com' }), {
    email: 'new@example.com',
    current_password: 'secret',
  })
  assert.deepEqual(changesOf({ ...user, phone: '+49 1' }, typed), { phone: null })
})
