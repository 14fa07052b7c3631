import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { startTestCrm, type TestCrm } from '#harness/apps/test-crm.ts'
import { removeExpired } from './backup-expiry.ts'
import { BACKUP_START, backupEnd } from './backup-format.ts'

let crm: TestCrm
const folder = mkdtempSync(join(tmpdir(), 'crm-expiry-'))

before(async () => {
  crm = await startTestCrm()
})
after(async () => {
  await crm.close()
  rmSync(folder, { recursive: true, force: true })
})

const writtenOn = (day: string) =>
  `${BACKUP_START}\n],\n"facilitators":{},\n"events":{},\n${backupEnd(`${day}T23:00:00`)}`

test('copies and what was moved aside go after a week, also when nothing is written', async () => {
  const files = {
    'crm_data.json': writtenOn('2026-01-01'),
    'crm_data.1.json': writtenOn('2026-01-15'),
    'crm_data.2.json': writtenOn('2026-01-08'),
    'crm_data.3.json': writtenOn('2026-01-07'),
    'crm_data.4.json': 'not ours',
    'crm_data.json.kept-2026-01-08T07-00-00.000Z': '{}',
    'crm_data.json.kept-2026-01-07T07-00-00.000Z': '{}',
    'crm_data.json.unreadable-2026-01-01T07-00-00.000Z': '{',
    'crm_data.replaced-2026-01-01T07-00-00.json': writtenOn('2026-01-01'),
    'notes-of-somebody-2025-01-01T07.json': '{}',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const config = { ...crm.deps.config, backupFile: join(folder, 'crm_data.json') }
  const clock = { now: () => new Date('2026-01-15T12:00:00Z') }
  await removeExpired({ db: crm.deps.db, config, clock })
  assert.deepEqual(readdirSync(folder).sort(), [
    'crm_data.1.json',
    'crm_data.2.json',
    'crm_data.4.json',
    'crm_data.json',
    'crm_data.json.kept-2026-01-08T07-00-00.000Z',
    'notes-of-somebody-2025-01-01T07.json',
  ])
  await removeExpired({
    db: crm.deps.db,
    config: { ...config, backupFile: join(folder, 'none', 'x.json') },
    clock,
  })
})
