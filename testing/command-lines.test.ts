import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { runScript } from '#harness/processes/run-script.ts'
import { root } from '#harness/processes/services.ts'

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}
/** The services, whose arguments nobody reads, and what hands all of them on to another program. */
const WITHOUT_OPTIONS = ['start:booking', 'start:crm', 'test']
const commands = Object.entries(scripts).filter(([name]) => !WITHOUT_OPTIONS.includes(name))

/** A command that went on would find no database of anybody's. */
const NOWHERE = 'postgresql://nobody@127.0.0.1:1/nothing'

/** A command as it stands in package.json, with these words behind it. */
const run = (line: string, ...words: string[]) =>
  runScript(line.split(' ').at(-1) ?? '', words, {
    env: { DATABASE_URL: NOWHERE, CRM_DATABASE_URL: NOWHERE },
  })

for (const [name, line] of commands) {
  test(`npm run ${name} tells its usage, and names what it does not know, and does nothing`, async () => {
    const help = await run(line, '--help')
    assert.deepEqual([help.code, help.errors], [0, ''])
    assert.match(help.output.slice(0, 100), new RegExp(`npm (run )?${name}\\b`))
    const { code, output, errors } = await run(line, '--sideways')
    assert.deepEqual([code, output], [2, ''])
    assert.match(errors, /option '?--sideways/)
    assert.doesNotMatch(errors, /\n {4}at /)
  })
}

test('what a command has no place for, or misses, is named', async () => {
  const cases: [string, string[], RegExp][] = [
    ['seed', ['now'], /^“now” is one word too many\. --help says what there is\.$/],
    ['seed', ['--hot=yes'], /^--hot takes no value\./],
    ['seed', ['--events', 'many'], /^--events must be a whole number\./],
    ['crm:restore', ['--file', '--yes'], /^--file needs a value\./],
    ['crm:restore', ['--yes'], /^--file must say which backup\./],
    ['move-data', ['--app', 'web'], /^--app must be booking or crm\./],
    ['torture', ['last-seta'], /^There is no proof “last-seta”\./],
    ['bench', ['event-page', 'event-pgae'], /^There is no case “event-pgae”\./],
  ]
  for (const [name, words, sentence] of cases) {
    const { code, output, errors } = await run(scripts[name] ?? '', ...words)
    assert.deepEqual([code, output], [2, ''], words.join(' '))
    assert.match(errors, sentence)
  }
})

test('an option that a command of the admin misses is named before the database is opened', async () => {
  for (const [words, missing] of [
    [['close-account'], 'email'],
    [['create-admin', '--email', 'a@studio.test'], 'first-name'],
  ] as const) {
    const { code, output, errors } = await run(scripts.admin ?? '', ...words)
    assert.deepEqual([code, output, errors], [1, '', `--${missing} is missing.`])
  }
})

test('a database that is away is a sentence', async () => {
  for (const [name, ...words] of [
    ['admin', 'list-users'],
    ['seed'],
    ['crm:restore', '--file', 'a'],
  ] as const) {
    const { code, output, errors } = await run(scripts[name] ?? '', ...words)
    assert.deepEqual([code, output], [1, ''], name)
    assert.match(errors, /^The database at 127\.0\.0\.1:1 cannot be reached: .*$/)
  }
})
