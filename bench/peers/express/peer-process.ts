/** The peer as a process: `node bench/peers/express/peer-process.ts`, started by the bench. */
import { once } from 'node:events'
import { serveRemote } from '../../remote.ts'
import { createApp, type PeerConfig } from './app.ts'
import { connect } from './models.ts'

serveRemote({
  async listen({ databaseUrl, ...config }: PeerConfig & { databaseUrl: string }) {
    const server = createApp(connect(databaseUrl), config).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  },
})
