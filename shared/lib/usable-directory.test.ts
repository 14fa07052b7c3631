import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startEmbeddedPostgres } from '#shared/db/embedded-postgres.ts'
import { requireDirectory } from './usable-directory.ts'

const root = mkdtempSync(join(tmpdir(), 'stillpoint-directory-'))
const file = join(root, 'file')
writeFileSync(file, '')
after(() => rmSync(root, { recursive: true }))

test('a directory is made with all that are above it, for its owner alone', () => {
  const path = join(root, 'a', 'b')
  requireDirectory(path, 'DATA_DIR')
  requireDirectory(path, 'DATA_DIR')
  assert.equal(statSync(path).mode & 0o777, 0o700)
  assert.equal(statSync(join(root, 'a')).mode & 0o777, 0o700)
})

const unusable: Record<string, [path: string, reason: RegExp]> = {
  'a file': [file, /a file is in its place/],
  'below a file': [join(file, 'x', 'y'), /a file is in its place or above it/],
  'what nobody can make': ['/proc/x/y', /the system does not let it be made/],
}

for (const [name, [path, reason]] of Object.entries(unusable)) {
  test(`${name} is refused in a sentence that names the setting`, async () => {
    const sentence = new RegExp(`^Error: Nothing can be kept in ${path}: .*Set DATA_DIR to`)
    assert.throws(() => requireDirectory(path, 'DATA_DIR'), reason)
    assert.throws(() => requireDirectory(path, 'DATA_DIR'), sentence)
    const log = { info() {}, warn() {} }
    await assert.rejects(startEmbeddedPostgres({ dataDir: path, database: 'x', log }), sentence)
  })
}

test('where the user may not write is refused', { skip: process.getuid?.() === 0 && 'root may' }, () => {
  const path = join(root, 'read-only')
  mkdirSync(path, { mode: 0o500 })
  assert.throws(() => requireDirectory(path, 'DATA_DIR'), /this user may not write there/)
  assert.throws(() => requireDirectory(join(path, 'x'), 'DATA_DIR'), /this user may not write there/)
})
