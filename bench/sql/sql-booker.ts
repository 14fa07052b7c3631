import { join } from 'node:path'
import type { DealOrder } from '#harness/load/deal.ts'
import type { SideResult } from '../bench-case.ts'
import { startRemote } from '../remote.ts'

export type SqlPlan = {
  url: string
  connections: number
  people: number[]
  events: number[]
  order: DealOrder
  from: number
}
export type SqlRoundResult = SideResult

export type SqlBooker = {
  pid: number
  run(seconds: number): Promise<SqlRoundResult>
  /** Instead of booking, reads what "my bookings" needs: the account, a page of its bookings, and how many there are. */
  read(seconds: number): Promise<SqlRoundResult>
  close(): Promise<void>
}

/** So many connections, each booking one seat after the other. */
export async function openSqlBooker(plan: SqlPlan): Promise<SqlBooker> {
  const remote = startRemote(join(import.meta.dirname, 'sql-process.ts'))
  await remote.ask('open', plan)
  return {
    pid: remote.pid,
    run: (seconds) => remote.ask('run', { seconds }),
    read: (seconds) => remote.ask('read', { seconds }),
    async close() {
      await remote.ask('close')
      await remote.stop()
    },
  }
}
