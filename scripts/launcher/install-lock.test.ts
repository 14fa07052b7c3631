import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'

const source = join(import.meta.dirname, '..', '..')
let root: string

before(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'stillpoint-install-test-')))
  mkdirSync(join(root, 'scripts'))
  mkdirSync(join(root, 'tmp'))
  for (const file of ['scripts/bootstrap.mjs', 'package.json', 'package-lock.json'])
    cpSync(join(source, file), join(root, file))
  // Stands in for npm: says whether the lock is there, and fails.
  writeFileSync(
    join(root, 'npm-cli.js'),
    `import fs from 'node:fs'
     fs.writeFileSync('seen', fs.existsSync('.install.lock') ? fs.readFileSync('.install.lock', 'utf8') : 'none')
     process.exit(1)`,
  )
})
after(() => rmSync(root, { recursive: true }))

test('the lock of an installation lies where it is installed; a file that somebody left for all to see holds up nobody', () => {
  const key = createHash('sha256').update(root).digest('hex').slice(0, 10)
  writeFileSync(join(root, 'tmp', `stillpoint-install-${key}.lock`), String(process.pid))
  const { stderr, pid } = spawnSync(process.execPath, ['scripts/bootstrap.mjs', 'scripts/start.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, TMPDIR: join(root, 'tmp'), npm_execpath: join(root, 'npm-cli.js') },
    encoding: 'utf8',
    timeout: 20_000,
  })
  assert.match(stderr, /Installing the dependencies failed/)
  assert.equal(readFileSync(join(root, 'seen'), 'utf8'), String(pid))
  assert.ok(!existsSync(join(root, '.install.lock')), 'and is gone afterwards')
})
