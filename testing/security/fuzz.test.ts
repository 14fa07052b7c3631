import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import Type from 'typebox'
import { startTargets, targetOf } from '#harness/attacks/app-targets.ts'
import { type FuzzReport, fuzz, type Target } from '#harness/attacks/fuzz.ts'
import { serveOpenApi } from '#shared/http/openapi.ts'
import { errorResponses, Id } from '#shared/http/schemas/schemas.ts'
import { createServer } from '#shared/http/server.ts'

/** Another seed every run; FUZZ_SEED repeats one. The long form is `npm run torture -- fuzz`. */
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 1_000_000)
const PER_OPERATION = 110

let targets: Awaited<ReturnType<typeof startTargets>>

before(async () => {
  targets = await startTargets()
})
after(() => targets.close())

for (const name of ['booking', 'crm'] as const) {
  test(`whatever is sent to any operation of ${name}, its answer is as documented`, async (t) => {
    const report = await fuzz(targets[name], { perOperation: PER_OPERATION, seed })
    t.diagnostic(`seed ${seed}: ${summary(report)}`)
    assert.deepEqual(report.faults, [], `again with FUZZ_SEED=${seed}`)
    assert.ok(report.requests >= report.operations * PER_OPERATION)
    for (const status of [200, 400, 401, 404])
      assert.ok(report.statuses.has(status), `never answered ${status}`)
  })
}

test('nothing of it reached a prototype', () => {
  assert.equal(({} as { polluted?: unknown }).polluted, undefined)
})

test('a service with faults is caught at each of them', async () => {
  const faulty = await startFaultyService()
  const { faults } = await fuzz(faulty.target, { perOperation: PER_OPERATION, seed })
  const { paths } = faulty.target.openapi as { paths: object }
  for (const path of Object.keys(paths)) {
    assert.ok(
      faults.some((fault) => fault.includes(` ${path}:`)),
      `${path} went unnoticed`,
    )
  }
  await faulty.close()
})

async function startFaultyService(): Promise<{ target: Target; close(): Promise<void> }> {
  const app = await createServer({ log: pino({ level: 'silent' }), corsOrigins: [], trustProxy: [] })
  await serveOpenApi(app, { title: 'Faulty', version: '1', description: '' })
  const response = { 200: Type.Object({ id: Id }), ...errorResponses() }
  const body = Type.Object({ notes: Type.Optional(Type.String()) })
  const says = (path: string, status: number, answer: unknown, type = 'application/json') =>
    (app as unknown as FastifyInstance).get(path, { schema: { response } }, (_request, reply) =>
      reply
        .code(status as 200)
        .type(type)
        .serializer(String)
        .send(JSON.stringify(answer)),
    )
  says('/crashes', 500, problem)
  says('/teapot', 418, problem)
  says('/stack', 400, { ...problem, error: 'Error: x at book (booking.service.ts:12:3)' })
  says('/html', 400, '<h1>Bad</h1>', 'text/html')
  says('/object-as-error', 400, { error: { message: 'no' }, code: 'x' })
  says('/wrong-shape', 200, { id: '1' })
  app.post('/crashes-seldom', { schema: { body, response } }, ({ body: { notes = '' } }) => {
    if (notes.length > 3) throw new Error('unforeseen')
    return { id: 1 }
  })
  await app.ready()
  return { target: targetOf('faulty', app, ''), close: () => app.close() }
}

const problem = { error: 'No.', code: 'no' }

function summary({ requests, operations, statuses }: FuzzReport): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}×${count}`)
  return `${requests} requests to ${operations} operations: ${counts.join(' ')}`
}
