import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import { waitUntil } from './stillpoint-process.ts'

type Heard = { event: string | undefined; id: string | undefined; data: unknown }

/** Listens to a stream of events over a socket, and keeps what it hears. */
export async function listenTo(url: string, headers: Record<string, string>) {
  const request = get(url, { headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const heard: Heard[] = []
  let isOver = false
  const parser = createParser({
    onEvent: ({ event, id, data }) => heard.push({ event, id, data: JSON.parse(data) }),
  })
  response
    .setEncoding('utf8')
    .on('data', (text: string) => parser.feed(text))
    .on('error', () => {})
    .on('close', () => {
      isOver = true
    })
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    heard,
    leave: () => request.destroy(),
    isOver: () => isOver,
    untilHeard: (count: number) => waitUntil(() => heard.length >= count, 5_000),
    untilOver: () => waitUntil(() => isOver, 8_000),
  }
}
