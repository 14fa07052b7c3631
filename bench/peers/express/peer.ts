import { join } from 'node:path'
import jwt from 'jsonwebtoken'
import { startRemote } from '../../remote.ts'
import { copyRows } from './copy-rows.ts'
import { connect } from './models.ts'

const JWT_SECRET = 'a-secret-of-the-peer-with-more-than-32-bytes'

export type Peer = {
  pid: number
  url: string
  tokenFor(userId: number): string
  stop(): Promise<void>
}

/** The peer on a database of its own, filled with the users, facilitators and events of ours. */
export async function startPeer(options: {
  sourceUrl: string
  databaseUrl: string
  crmUrl: string
  crmToken: string
}): Promise<Peer> {
  const { sourceUrl, databaseUrl, crmUrl, crmToken } = options
  const sequelize = connect(databaseUrl)
  await sequelize.sync({ force: true })
  await copyRows(sourceUrl, sequelize)
  await sequelize.close()
  const remote = startRemote(join(import.meta.dirname, 'peer-process.ts'))
  const port = await remote.ask<number>('listen', { databaseUrl, jwtSecret: JWT_SECRET, crmUrl, crmToken })
  return {
    pid: remote.pid,
    url: `http://127.0.0.1:${port}`,
    tokenFor: (userId) => jwt.sign({}, JWT_SECRET, { subject: String(userId), expiresIn: '1h' }),
    stop: remote.stop,
  }
}
