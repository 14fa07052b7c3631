import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { readChoice } from '#shared/http/requests/validation.ts'

/** The answer of a list that can also be had as a file, for its schema. */
export const jsonOrCsv = <T extends TSchema>(schema: T) => ({
  description: 'As asked for: a page as JSON, or all of it as CSV.',
  content: { 'application/json': { schema }, 'text/csv': { schema: Type.String() } },
})

/** Query of such a list. */
export const FormatQuery = {
  format: Type.Optional(
    Type.String({ description: '`json`, or `csv` for everything that matches, whatever the page.' }),
  ),
}

export function isCsvWanted({ format }: { format?: string }): boolean {
  return readChoice('format', format, ['json', 'csv']) === 'csv'
}

/**
 * Sends a CSV file piece by piece, as fast as the client takes it, so that its length costs no memory. The first
 * piece is awaited before anything is sent: what fails at once is answered as an error.
 */
export async function sendCsv(
  reply: FastifyReply,
  name: string,
  text: AsyncIterable<string>,
): Promise<never> {
  const pieces = text[Symbol.asyncIterator]()
  const first = await pieces.next()
  const all = async function* () {
    try {
      for (let piece = first; !piece.done; piece = await pieces.next()) yield piece.value
    } finally {
      await pieces.return?.()
    }
  }
  return reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    .send(Readable.from(all(), { highWaterMark: 1 })) as never
}
