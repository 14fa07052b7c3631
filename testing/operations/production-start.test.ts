import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseEnv } from 'node:util'
import { loadConfig as loadBookingConfig } from '#booking/config.ts'
import { loadConfig as loadCrmConfig } from '#crm/config.ts'
import { findFaults } from '../../scripts/launcher/setting-faults.ts'

const home = mkdtempSync(join(tmpdir(), 'stillpoint-production-'))
after(() => rmSync(home, { recursive: true }))

const document = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')
const [, block = ''] = /cat > \.env\) <<END\n([\s\S]*?)^END$/m.exec(document) ?? []
const settings = parseEnv(
  block
    .replaceAll('$(openssl rand -hex 32)', () => randomBytes(32).toString('hex'))
    .replaceAll('$HOME', home),
)

test('the settings that docs/operations.md gives to copy are all that production needs, for both services', () => {
  assert.deepEqual(findFaults(settings), [])
  assert.deepEqual([loadBookingConfig(settings).warnings, loadCrmConfig(settings).warnings], [[], []])
  assert.ok(loadBookingConfig(settings).production)
})

test('what production demands is among them', () => {
  for (const name of ['JWT_SECRET_KEY', 'CRM_BEARER_TOKEN', 'CRM_SERVICE_URL']) {
    assert.ok(settings[name], name)
    assert.match(findFaults({ ...settings, [name]: '' }).join(), new RegExp(name))
  }
})
