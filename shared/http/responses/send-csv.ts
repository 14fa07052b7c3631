import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { readChoice } from '#shared/http/requests/validation.ts'
import { sent } from './sent.ts'

/** Response schema of a list that is also available as CSV. */
export const jsonOrCsv = <T extends TSchema>(schema: T) => ({
  description: 'As asked for: a page as JSON, or all of it as CSV.',
  content: { 'application/json': { schema }, 'text/csv': { schema: Type.String() } },
})

/** Query field of such a list. */
export const FormatQuery = {
  format: Type.Optional(
    Type.String({ description: '`json`, or `csv` for everything that matches, whatever the page.' }),
  ),
}

export function isCsvWanted({ format }: { format?: string }): boolean {
  return readChoice('format', format, ['json', 'csv']) === 'csv'
}

/**
 * Streams a CSV file with back-pressure, so that its length costs no memory. The first chunk is awaited before the head is
 * sent, so that an early failure is answered as an error.
 */
export async function sendCsv(
  reply: FastifyReply,
  name: string,
  text: AsyncIterable<string>,
): Promise<never> {
  const chunks = text[Symbol.asyncIterator]()
  const first = await chunks.next()
  const all = async function* () {
    try {
      for (let chunk = first; !chunk.done; chunk = await chunks.next()) yield chunk.value
    } finally {
      await chunks.return?.()
    }
  }
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
  return sent(reply.send(Readable.from(all(), { highWaterMark: 1 })))
}
