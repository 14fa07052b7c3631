import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findFaults, findTaken, findUnknown } from './setting-faults.ts'

const root = mkdtempSync(join(tmpdir(), 'stillpoint-faults-'))
after(() => rmSync(root, { recursive: true }))
const fresh = { DATA_DIR: join(root, 'data'), HOST: '127.0.0.1' }

/** What each fault speaks of. */
const namesIn = (faults: string[]) => faults.map((fault) => /^\w+/.exec(fault)?.[0]).sort()

test('nothing is wrong with nothing set', () => {
  assert.deepEqual(findFaults(fresh), [])
})

test('names that are no settings are found, and not those of other tools', () => {
  const file = join(root, 'names.env')
  assert.deepEqual(findUnknown(file), [], 'no file')
  writeFileSync(
    file,
    '# SMTP_ULR=1\nSMTP_ULR=smtp://localhost\nSMTP_URL=smtp://localhost\nPOSTGRES_PASSWORD=x\nTZ=UTC\nFLASK_ENV=\n',
  )
  assert.deepEqual(findUnknown(file), ['SMTP_ULR'])
})

test('the faults of both services come together, and what both refuse once', () => {
  const faults = findFaults({
    ...fresh,
    FLASK_ENV: 'production',
    CRM_SERVICE_URL: 'http://localhost:8003',
    CRM_BEARER_TOKEN_PREVIOUS: 'short',
    TRUST_PROXY: 'lala',
    CORS_ORIGINS: 'foo',
    CRM_PORT: '70000',
  })
  const both = ['CORS_ORIGINS', 'CRM_BEARER_TOKEN', 'TRUST_PROXY']
  const wanted = [
    ...both,
    'CRM_BEARER_TOKEN_PREVIOUS',
    'CRM_PORT',
    'JWT_SECRET_KEY',
    'MAIL_FROM',
    'PUBLIC_URL',
    'SMTP_URL',
  ]
  assert.deepEqual(namesIn(faults), wanted.sort(), faults.join('\n'))
})

test('ports are numbers that can be waited for, and two of them', () => {
  const faultsOf = (API_PORT: string, CRM_PORT: string) => findFaults({ ...fresh, API_PORT, CRM_PORT })
  assert.match(faultsOf('abc', '-1').join(), /API_PORT must be integer \(got "abc"\).*CRM_PORT must be >= 0/)
  assert.deepEqual(faultsOf('8003', ''), [
    'CRM_PORT and API_PORT are both 8003: set one of them to another port',
  ])
  assert.deepEqual(namesIn(faultsOf('0', '0')), ['API_PORT', 'CRM_PORT'])
})

test('a directory that cannot be used is one fault, and none where both databases are elsewhere', () => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  const faults = findFaults({ ...fresh, DATA_DIR: file })
  assert.equal(faults.length, 1)
  assert.match(faults.join(), new RegExp(`Nothing can be kept in ${file}:`))
  const own = { DATABASE_URL: 'postgresql://a/b', CRM_DATABASE_URL: 'postgresql://a/c' }
  assert.deepEqual(findFaults({ ...fresh, ...own, DATA_DIR: file }), [])
})

test('a port of another program is named with its setting and what to do', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const port = String((other.address() as { port: number }).port)
  other.on('connection', (socket) => socket.end('SSH-2.0-other\r\n'))
  const [sentence, ...more] = await findTaken({ ...fresh, CRM_PORT: port })
  other.close()
  assert.deepEqual(more, [])
  assert.match(
    sentence ?? '',
    new RegExp(`^Port ${port} is taken by another program.*set CRM_PORT to a free`),
  )
})

test('npm start says all of it at once, starts nothing and ends with 1', () => {
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: '/proc/x',
    FLASK_ENV: 'production',
    API_PORT: 'x',
    CRM_PORT: 'y',
  }
  const start = join(import.meta.dirname, '../start.ts')
  const { status, stdout, stderr } = spawnSync(process.execPath, [start], {
    env,
    cwd: root,
    encoding: 'utf8',
  })
  assert.equal(status, 1)
  assert.equal(stdout, '')
  const named = [...stderr.matchAll(/^ {2}- (\w+)/gm)].map(([, name]) => name)
  assert.deepEqual(
    named.sort(),
    [
      'API_PORT',
      'CRM_BEARER_TOKEN',
      'CRM_PORT',
      'JWT_SECRET_KEY',
      'MAIL_FROM',
      'Nothing',
      'PUBLIC_URL',
      'SMTP_URL',
    ],
    stderr,
  )
})
