import assert from 'node:assert/strict'
import { test } from 'node:test'
import { experienceInWords } from './facilitator.rules.ts'

test('only what is known of a facilitator is said', () => {
  assert.equal(
    experienceInWords({ specialization: 'Yoga', experience_years: 9 }),
    '\u2068Yoga\u2069 · 9 years of practice',
  )
  assert.equal(experienceInWords({ specialization: null, experience_years: 1 }), '1 year of practice')
  assert.equal(experienceInWords({ specialization: 'Yoga', experience_years: 0 }), '\u2068Yoga\u2069')
  assert.equal(experienceInWords({ specialization: null, experience_years: null }), '')
})
