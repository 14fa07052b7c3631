import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { faultInWords, nameOf, problemInWords } from './fault-words.rules.ts'

/** What the Main API may answer, read from its sources, as the web app says it to people. */

const root = join(import.meta.dirname, '../../..')
const texts = ['booking', 'shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
)

const SENTENCE =
  /\b(?:badRequest|conflict|forbidden|unauthorized|unavailable|declined|new AppError)\(\s*(?:\d+,\s*)?'(\w+)',\s*(['`])((?:(?!\2).)+)\2/gs
const FAULT = /(['`])((?:must|is required)\b(?:(?!\1).)+)\1/g

/** Names of fields, options of commands, parts of a recurrence rule, times without a zone, ids. */
const OF_THE_API =
  /\b[a-z]+_[a-z_]+\b|--\w|\b(?:FREQ|INTERVAL|BYDAY|BYMONTHDAY|COUNT|UNTIL|JSON|UTF-8|HTTP|NUL|Unicode|IANA|ASCII)\b|\d{4}-\d\d-\d\dT|\bids?\b|=/
/** Answers that no page asks for. */
const FOR_PROGRAMS = new Set(['metrics_closed', 'metrics_unavailable', 'unknown_host'])

/** A field that the pages have no name for is only written with blanks. */
function isOfTheApi([message, said]: readonly [string, string]): boolean {
  const spelt = [...message.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([field]) => field.replaceAll('_', ' '))
  const unnamed = spelt.filter((words) => nameOf(words.replaceAll(' ', '_')) === words && !NAMES.has(words))
  return OF_THE_API.test(said) || unnamed.some((words) => said.includes(words))
}

/** Names of fields that are words of the pages too. */
const NAMES = new Set(['first name', 'last name', 'current password', 'new password'])

const filledIn = (text: string) => text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '7')

test('no sentence that people see names a field, an id, or a term of the API', () => {
  const sentences = texts.flatMap((text) => [...text.matchAll(SENTENCE)])
  assert.ok(sentences.length > 60, 'the sentences were found')
  const said = sentences
    .filter(([, code = '']) => !FOR_PROGRAMS.has(code))
    .map(([, code = '', , message = '']) => [message, problemInWords(filledIn(message), code)] as const)
  assert.deepEqual(said.filter(isOfTheApi), [])
})

test('nor does an error of a field', () => {
  const faults = texts.flatMap((text) => [...text.matchAll(FAULT)].map(([, , fault = '']) => fault))
  assert.ok(faults.length > 40, 'the errors were found')
  const said = faults.map((fault) => [fault, faultInWords(filledIn(fault))] as const)
  assert.deepEqual(said.filter(isOfTheApi), [])
})
