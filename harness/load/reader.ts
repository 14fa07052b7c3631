import { Agent, request } from 'node:http'

/** So many kept-alive connections on which answers are read to their end and thrown away. */
export function openReader(connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    /** Resolves with the status, 0 when there was no answer. */
    read: (url: string, headers: Record<string, string>): Promise<number> =>
      new Promise((resolve) => {
        request(url, { agent, headers }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
        })
          .on('error', () => resolve(0))
          .end()
      }),
    close: () => agent.destroy(),
  }
}
