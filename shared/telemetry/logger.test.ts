import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

test('secrets are replaced wherever they stand in a log line', () => {
  const script = `
    import { createLogger } from ${JSON.stringify(`${import.meta.dirname}/logger.ts`)}
    const log = createLogger('test', 'trace')
    log.info({ password: 'canary-1', body: { token: 'canary-2', user: { password_hash: 'canary-3' } } }, 'one')
    log.info({ req: { headers: { authorization: 'Bearer canary-4' } } }, 'two')
    log.info({ refresh_token: 'canary-5', answer: { access_token: 'canary-6' } }, 'three')`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  assert.equal(stdout.trim().split('\n').length, 3)
  assert.doesNotMatch(stdout, /canary/)
  assert.match(stdout, /\[redacted\]/)
})
