/** Writes .env.example from the config schemas; with --check it exits with 1 when the file is out of date. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { knownSettings } from './launcher/known-settings.ts'

type Variable = { default?: unknown; description?: string }

const file = join(import.meta.dirname, '..', '.env.example')
// TypeBox's types leave out what a schema may be described with.
const entries = (Object.entries(knownSettings) as [string, Variable][]).map(
  ([name, { description, default: value }]) => `# ${description}\n# ${name}=${value ?? ''}\n`,
)
const text = `# Copy to .env and uncomment what you change. Written by \`npm run generate\` from the config schemas.\n\n${entries.join('\n')}`

if (!process.argv.includes('--check')) {
  await writeFile(file, text)
  console.log('.env.example written')
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('.env.example is out of date: run npm run generate and commit it.')
  process.exit(1)
}
