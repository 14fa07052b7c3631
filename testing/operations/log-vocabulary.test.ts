import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

type Line = { level: string; message: string; fields: string[] }

const root = join(import.meta.dirname, '../..')
const LEVELS = 'trace|debug|info|warn|error|fatal'
/** A call of the logger with its level, its fields if any, and its text. */
const CALL = new RegExp(
  `\\blog(?:\\.(${LEVELS})|\\[level\\])\\(\\s*(\\{(?:[^{}]|\\{[^{}]*\\})*\\},)?\\s*(?:'([^']*)'|\`([^\`]*)\`)`,
  'g',
)
const ANY_CALL = new RegExp(`\\blog(?:\\.(?:${LEVELS})|\\[level\\])\\(`, 'g')
/** Its text is that of the error that ended the start. */
const FATAL = /\blog\.fatal\([^;]*, error\.message\)/g
/** What the framework says when it listens, in our words. */
const LISTENING = /listenTextResolver: \(address\) => `([^`]+)`/g

const source = ['booking', 'crm', 'shared'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
)

/** Whatever is put into a text at run time is `…`. */
const withoutValues = (text = '') => text.replaceAll(/\$\{[^}]*\}/g, '…')

function readCalls(text: string): Line[] {
  const calls = [...text.matchAll(CALL)].flatMap(([, level, details, plain, template]) =>
    // The line of a request has a level that depends on its outcome.
    (level ? [level] : ['debug', 'info', 'warn', 'error']).map((each) => ({
      level: each,
      message: withoutValues(plain ?? template),
      fields: readFields(details),
    })),
  )
  const fatal = [...text.matchAll(FATAL)].map(() => ({ level: 'fatal', message: '…', fields: ['err'] }))
  const listening = [...text.matchAll(LISTENING)].map(([, message]) => ({
    level: 'info',
    message: withoutValues(message),
    fields: [],
  }))
  return [...calls, ...fatal, ...listening]
}

/** Names of an object literal; those of one that is spread into it are its own affair. */
function readFields(literal = ''): string[] {
  const inner = literal.replace(/^\{|\},$/g, '')
  return inner
    .split(',')
    .map((entry) => entry.trim().split(':', 1)[0] ?? '')
    .filter((name) => /^\w+$/.test(name))
}

/** The tables of docs/logs.md. */
function readDocument(): Line[] {
  const rows = readFileSync(join(root, 'docs/logs.md'), 'utf8').matchAll(
    /^\| `([^`]+)` +\| (\w+) +\| ([^|]*)\|/gm,
  )
  return [...rows].map(([, message = '', level = '', fields = '']) => ({
    message,
    level,
    fields: [...fields.matchAll(/`(\w+)`/g)].map(([, name = '']) => name),
  }))
}

const toText = ({ level, message, fields }: Line) => `${level}: ${message} (${[...fields].sort()})`

test('every message of the source is in docs/logs.md with its level and fields, and no other', () => {
  const said = new Set(source.flatMap(readCalls).map(toText))
  assert.ok(said.size > 25)
  assert.deepEqual(readDocument().map(toText).sort(), [...said].sort())
})

test('no call of the logger escapes this reading', () => {
  const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length
  for (const text of source)
    assert.equal(count(text, ANY_CALL), count(text, CALL) + count(text, FATAL), text.slice(0, 500))
})

test('a message that nobody wrote down would be noticed', () => {
  const [call] = readCalls("deps.log.warn(\n  { err, booking_id: message.booking_id },\n  'new',\n)")
  assert.deepEqual(call, { level: 'warn', message: 'new', fields: ['err', 'booking_id'] })
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source text.
  assert.deepEqual(readCalls('log.info(`Waiting (${seconds} s)`)')[0]?.message, 'Waiting (… s)')
})
