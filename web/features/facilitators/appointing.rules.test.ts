import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Facilitator } from '#web/lib/api/contract.ts'
import { toCreate, toUpdate, valuesOf } from './appointing.rules.ts'

const fay: Facilitator = {
  id: 4,
  name: 'Fay Lee',
  first_name: 'Fay',
  last_name: 'Lee',
  bio: null,
  specialization: 'Stillness',
  experience_years: 0,
  is_active: true,
}

test('somebody who has an account already needs no password', () => {
  const values = { ...valuesOf(undefined), email: ' fay@example.com ', first_name: 'Fay ', last_name: 'Lee' }
  assert.deepEqual(toCreate(values), {
    email: 'fay@example.com',
    first_name: 'Fay',
    last_name: 'Lee',
    specialization: null,
    bio: null,
    experience_years: null,
  })
  assert.equal(toCreate({ ...values, password: 'quiet words' }).password, 'quiet words')
})

test('an existing account needs the confirmation of the admin', () => {
  assert.equal('existing' in toCreate({ ...valuesOf(undefined), password: 'quiet words' }), false)
  assert.equal(toCreate({ ...valuesOf(undefined), isTheirs: true }).existing, true)
})

test('no experience is not the same as none that is known', () => {
  assert.equal(valuesOf(fay).experience_years, 0)
  assert.equal(toUpdate(fay, { ...valuesOf(fay), experience_years: '' }).experience_years, null)
})

test('only what was changed is said', () => {
  assert.deepEqual(toUpdate(fay, valuesOf(fay)), {})
  assert.deepEqual(toUpdate(fay, { ...valuesOf(fay), is_active: false }), { is_active: false })
  assert.deepEqual(toUpdate(fay, { ...valuesOf(fay), bio: ' Grew up by the sea. ', last_name: '' }), {
    bio: 'Grew up by the sea.',
    last_name: '',
  })
})
