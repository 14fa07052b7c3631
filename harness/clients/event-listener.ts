import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createParser } from 'eventsource-parser'
import { waitUntil } from '#harness/processes/stillpoint-process.ts'

type Heard = { event: string | undefined; id: string | undefined; data: unknown }

/** Listens to a stream of events over a socket, and keeps what it hears. */
export async function listenTo(url: string, headers: Record<string, string>) {
  const request = get(url, { headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const heard: Heard[] = []
  let isOver = false
  let all = ''
  const parser = createParser({
    onEvent: ({ event, id, data }) => heard.push({ event, id, data: JSON.parse(data) }),
  })
  response
    .setEncoding('utf8')
    .on('data', (text: string) => {
      all += text
      parser.feed(text)
    })
    .on('error', () => {})
    .on('close', () => {
      isOver = true
    })
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    heard,
    /** To be paused by one who reads slowly. */
    response,
    /** Where a browser would say that it was, also after an id without an event. */
    lastId: () => /.*^id: (\S+)$/ms.exec(all)?.[1],
    leave: () => request.destroy(),
    isOver: () => isOver,
    untilHeard: (count: number, maxMs = 5_000) => waitUntil(() => heard.length >= count, maxMs),
    untilOver: () => waitUntil(() => isOver, 8_000),
  }
}
