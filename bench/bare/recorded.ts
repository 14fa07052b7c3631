import { Agent, request } from 'node:http'

/** An answer as it was sent: raw header names and values in turns, without those that Node adds. */
export type Recorded = { path: string; status: number; headers: string[]; body: string }

const BY_NODE = new Set(['date', 'connection', 'keep-alive'])

export async function record(
  url: string,
  path: string,
  { method = 'GET', token = '', body = '' } = {},
): Promise<Recorded & { all: string[] }> {
  // Kept alive, as the load is: the headers differ otherwise.
  const agent = new Agent({ keepAlive: true })
  try {
    const { status, headers, text } = await send(agent, url + path, method, token, body)
    const pairs = headers.flatMap((name, i) => (i % 2 === 0 ? [[name, headers[i + 1] ?? '']] : []))
    const own = pairs.filter(([name = '']) => !BY_NODE.has(name.toLowerCase())).flat()
    const all = pairs.map(([name, value]) => (name === 'Date' ? name : `${name}: ${value}`))
    return { path, status, headers: own, body: text, all }
  } finally {
    agent.destroy()
  }
}

function send(agent: Agent, url: string, method: string, token: string, body: string) {
  type Answer = { status: number; headers: string[]; text: string }
  return new Promise<Answer>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    }
    const outgoing = request(url, { method, agent, headers }, async (answer) => {
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      resolve({
        status: answer.statusCode ?? 0,
        headers: answer.rawHeaders,
        text: Buffer.concat(chunks).toString(),
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
