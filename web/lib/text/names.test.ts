import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fullName as fullNameOfTheServices } from '#shared/lib/full-name.ts'
import { fullName, initialsOf } from './names.ts'

const zoe = { first_name: 'Zoë', last_name: 'Lind' }
const prince = { first_name: 'Prince', last_name: '' }

test('who has one name is called by it, without a blank after it, as the services do', () => {
  assert.deepEqual([zoe, prince].map(fullName), ['Zoë Lind', 'Prince'])
  assert.deepEqual([zoe, prince].map(fullName), [zoe, prince].map(fullNameOfTheServices))
})

test('initials are one letter for each name, also outside of the basic plane', () => {
  assert.deepEqual([zoe, prince, { first_name: '𝒜nn', last_name: 'öz' }].map(initialsOf), ['ZL', 'P', '𝒜Ö'])
})
