import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { areas } from './areas.ts'
import { startFakeCrm } from './fakes/fake-crm.ts'
import { startFakeMainApi } from './fakes/fake-main-api.ts'
import type { Fault } from './fakes/fake-server.ts'
import { faults } from './fakes/faults.ts'
import type { Result } from './judge.ts'
import { formatReport } from './report.ts'
import { type Options, type Report, runConformance } from './suite.ts'

suite('the conformance suite', () => {
  test('agrees with services that keep to the contract', async () => {
    const report = await runAgainstFakes({})
    assert.deepEqual(failures(report), [])
    assert.equal(report.notRun, 0)
    assert.ok(report.ok)
  })

  for (const { flaw, area, endpoint, check, main, crm } of faults) {
    test(`notices ${flaw}`, async () => {
      const report = await runAgainstFakes({ main, crm, options: { only: [area] } })
      assert.ok(!report.ok)
      assert.ok(
        failures(report).includes(`${endpoint}: ${check}`),
        `Noticed only ${failures(report).join('; ')}`,
      )
    })
  }

  test('shows what was sent, what was expected and what came', async () => {
    const main: Fault = ({ endpoint }, { body }) => {
      if (endpoint === 'GET /health') body.database = 'down'
    }
    const printed = formatReport(await runAgainstFakes({ main, options: { only: ['main-health'] } }))
    assert.match(printed, /FAILED {3}GET \/health: is healthy .*\[contract\]/)
    assert.match(printed, /sent +GET http:\S+\/health\n/)
    assert.match(printed, /expected +database: one of "connected"\n/)
    assert.match(printed, /came +database: "down"\n/)
    assert.match(printed, /answer +200 after \d+ ms\n.*\{"status":"healthy","database":"down"\}/s)
  })

  test('never prints a secret', async () => {
    const breakAll: Fault = (_, reply) => {
      reply.status = reply.status === 200 ? 418 : reply.status
    }
    const options = { only: ['facilitators'] }
    const written = JSON.stringify(await runAgainstFakes({ main: breakAll, crm: breakAll, options }))
    assert.match(written, /Bearer <crm-token>/)
    assert.match(written, /<facilitator-password>/)
    assert.doesNotMatch(written, /demo-password-123|crm-static-bearer-token-123/)
  })

  test('says what was not run, and why', async () => {
    const main: Fault = ({ endpoint }, { body }) => {
      if (endpoint === 'GET /api/events/' && body.events) body.events = []
    }
    const report = await runAgainstFakes({ main, options: { only: ['main-to-crm'] } })
    assert.equal(report.passed, 0)
    assert.ok(!report.ok)
    assert.match(
      formatReport(report),
      /not run .*\n +GET \/api\/events\/ lists no upcoming event with 3 free seats/,
    )
  })

  test('does not blame a service that asks to slow down', async () => {
    const main: Fault = ({ endpoint }, reply) => {
      if (endpoint === 'POST /api/auth/google-login') reply.status = 429
    }
    const report = await runAgainstFakes({ main, options: { only: ['main-auth'] } })
    assert.deepEqual(failures(report), [])
    assert.equal(report.notRun, 2)
  })

  test('says at once when a service is not there', async () => {
    const nowhere = { api: 'http://127.0.0.1:9', crm: 'http://127.0.0.1:9' }
    await assert.rejects(runConformance(nowhere), /Nothing answers at http:\/\/127\.0\.0\.1:9/)
  })

  test('says at once when the CRM refuses the token, and never the token', async () => {
    const options = { crmToken: 'a-wrong-one' }
    const sentence = /^Error: The CRM at http:\S+ refuses the token \(401\).* with --crm-token/
    await assert.rejects(runAgainstFakes({ options }), sentence)
    await assert.rejects(
      runAgainstFakes({ options }),
      ({ message }: Error) => !message.includes('a-wrong-one'),
    )
    const report = await runAgainstFakes({ options: { ...options, only: ['main-auth'] } })
    assert.ok(report.ok, 'the Main API asks for none')
  })

  test('knows its areas by their names and parts of them', async () => {
    const options = { only: ['nothing'] }
    await assert.rejects(runAgainstFakes({ options }), /No area is called nothing. There are: main-health/)
    const report = await runAgainstFakes({ options: { only: ['health'] } })
    assert.deepEqual([...new Set(report.results.map(({ area }) => area))], ['main-health', 'crm-health'])
  })

  test('ends its command with 0, 1 or 2', async () => {
    await using crm = await startFakeCrm()
    await using main = await startFakeMainApi(crm.url)
    const where = ['--api', main.url, '--crm', crm.url, '--only', 'health']
    assert.equal(await exitCodeOf(...where), 0)
    assert.equal(await exitCodeOf(...where, '--decisions'), 1)
    assert.equal(await exitCodeOf('--no-such-option'), 2)
  })

  test('has no two checks of one name at an endpoint', () => {
    for (const { name, endpoints } of areas) {
      const titles = endpoints.flatMap(({ name, checks }) => checks.map((check) => `${name}: ${check.name}`))
      assert.deepEqual(titles, [...new Set(titles)], name)
    }
  })
})

type Fakes = { main?: Fault | undefined; crm?: Fault | undefined; options?: Partial<Options> }

async function runAgainstFakes({ main, crm, options }: Fakes): Promise<Report> {
  await using crmService = await startFakeCrm(crm)
  await using mainApi = await startFakeMainApi(crmService.url, main)
  return await runConformance({ api: mainApi.url, crm: crmService.url, ...options })
}

async function exitCodeOf(...args: string[]): Promise<number> {
  const main = join(import.meta.dirname, 'main.ts')
  const child = spawn(process.execPath, [main, ...args], { stdio: 'ignore' })
  const [code] = await once(child, 'exit')
  return code
}

function failures({ results }: Report): string[] {
  return results.filter(({ outcome }) => outcome === 'failed').map(titleOf)
}

function titleOf({ endpoint, name }: Result): string {
  return `${endpoint}: ${name}`
}
