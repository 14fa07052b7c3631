import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { isStale } from './web-build.ts'

let web: string
let built: string

beforeEach(() => {
  web = mkdtempSync(join(tmpdir(), 'stillpoint-web-'))
  built = join(web, 'dist', '.built')
  for (const folder of ['dist', 'pages']) mkdirSync(join(web, folder))
  for (const file of ['main.tsx', 'pages/home-page.tsx']) write(file, 1)
  touch('pages', 1)
})
afterEach(() => rmSync(web, { recursive: true }))

function write(file: string, minute: number): void {
  writeFileSync(join(web, file), '')
  touch(file, minute)
}

const touch = (path: string, minute: number) => utimesSync(join(web, path), minute * 60, minute * 60)

test('what was never built is stale, and what is younger than its sources is not', () => {
  assert.equal(isStale([web], built), true)
  write('dist/.built', 2)
  assert.equal(isStale([web], built), false)
})

test('an edited file, a new one and one that is gone make it stale', () => {
  write('dist/.built', 2)
  touch('pages/home-page.tsx', 3)
  assert.equal(isStale([web], built), true)
  touch('pages/home-page.tsx', 1)
  write('new.ts', 3)
  assert.equal(isStale([web], built), true)
  write('new.ts', 1)
  touch('pages', 3)
  assert.equal(isStale([web], built), true, 'a folder changes when a file in it is gone')
})

test('what was built does not make itself stale, another lockfile does', () => {
  write('dist/.built', 2)
  write('dist/index.html', 3)
  const lockfile = join(web, 'dist', 'lockfile')
  assert.equal(isStale([web, lockfile], built), false)
  write('dist/lockfile', 3)
  assert.equal(isStale([web, lockfile], built), true)
})
