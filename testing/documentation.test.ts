import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const PARTS = [
  'booking',
  'crm',
  'shared',
  'web',
  'harness',
  'testing',
  'torture',
  'bench',
  'conformance',
  'scripts',
  'deploy',
  'docs',
]
/** In backticks: a path from the root, which may end in a folder or a pattern, with nothing but letters that paths have. */
const PATH = new RegExp(`\`((?:${PARTS.join('|')})/[\\w./*{},-]*)\``, 'g')
const LINK = /\]\((?!https?:|mailto:|#)([^)#\s]+)/g

const documents = globSync(
  ['*.md', 'docs/**/*.md', '{bench,torture,harness,deploy}/**/*.md', 'shared/**/*.md'],
  { cwd: root },
)

test('every file that the documents name is there', () => {
  const missing = documents.flatMap((document) => {
    const text = readFileSync(join(root, document), 'utf8')
    const paths = [...text.matchAll(PATH)].map(([, path = '']) => path)
    const links = [...text.matchAll(LINK)].map(([, link = '']) => join(dirname(document), link))
    return [...paths, ...links]
      .filter((path) => globSync(path.replace(/\/$/, ''), { cwd: root }).length === 0)
      .map((path) => `${document}: ${path}`)
  })
  assert.deepEqual(missing, [])
})
