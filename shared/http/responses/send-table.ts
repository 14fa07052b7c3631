import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { invalidFields } from '#shared/errors/app-error.ts'
import { readChoice } from '#shared/http/requests/validation.ts'
import { CSV_SEPARATORS, type CsvSeparator, csvOf } from '#shared/lib/csv.ts'
import type { Table } from '#shared/lib/table.ts'
import { xlsxOf } from '#shared/lib/xlsx.ts'
import { sent } from './sent.ts'

export type FileFormat = { kind: 'csv'; separator: CsvSeparator } | { kind: 'xlsx' }

/** Content types without parameters. */
export const FILE_TYPES = {
  csv: 'text/csv',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Response schema of a list that is also available as a file. */
export const jsonOrFile = <T extends TSchema>(schema: T) => ({
  description: 'As asked for: a page as JSON, or all of it as CSV or as an Excel workbook.',
  content: {
    'application/json': { schema },
    [FILE_TYPES.csv]: { schema: Type.String() },
    [FILE_TYPES.xlsx]: { schema: Type.String({ format: 'binary' }) },
  },
})

/** Query fields of such a list. */
export const FormatQuery = {
  format: Type.Optional(
    Type.String({
      description: '`json`; or `csv` or `xlsx` (Excel) for everything that matches, whatever the page.',
    }),
  ),
  sep: Type.Optional(
    Type.String({
      description:
        'What separates the cells of a CSV file: `,` (default), `;`, which Excel expects where numbers have a decimal comma, or `tab`.',
    }),
  ),
}

const unknownSeparator = () =>
  invalidFields([{ field: 'sep', message: 'must be a comma, a semicolon or tab' }])

/** The file that is asked for; undefined for JSON. Throws 400 for an unknown format, or separator of a CSV file. */
export function readFileFormat({ format, sep }: { format?: string; sep?: string }): FileFormat | undefined {
  const kind = readChoice('format', format, ['json', 'csv', 'xlsx'])
  if (kind !== 'csv') return kind === 'xlsx' ? { kind } : undefined
  const name = sep?.trim().toLowerCase() || ','
  if (!isSeparator(name)) throw unknownSeparator()
  return { kind, separator: CSV_SEPARATORS[name] }
}

/** Sends a table as a file. `name`: without its ending. Otherwise as `sendFile`. */
export function sendTable<Row>(
  reply: FastifyReply,
  format: FileFormat,
  name: string,
  table: Table<Row>,
): Promise<never> {
  const chunks = format.kind === 'csv' ? csvOf(table, format.separator) : xlsxOf(table)
  return sendFile(reply, format, name, chunks)
}

/**
 * Streams a file with back-pressure, so that its length costs no memory. The first chunk is awaited before the head is
 * sent, so that an early failure is answered as an error.
 */
export async function sendFile(
  reply: FastifyReply,
  { kind }: FileFormat,
  name: string,
  content: AsyncIterable<string | Uint8Array>,
): Promise<never> {
  const chunks = content[Symbol.asyncIterator]()
  const first = await chunks.next()
  const all = async function* () {
    try {
      for (let chunk = first; !chunk.done; chunk = await chunks.next()) yield chunk.value
    } finally {
      await chunks.return?.()
    }
  }
  reply
    .header('content-type', kind === 'csv' ? `${FILE_TYPES.csv}; charset=utf-8` : FILE_TYPES.xlsx)
    .header('content-disposition', `attachment; filename="${name}.${kind}"`)
    .header('cache-control', 'no-store')
  return sent(reply.send(Readable.from(all(), { highWaterMark: 1 })))
}

const isSeparator = (name: string): name is keyof typeof CSV_SEPARATORS => Object.hasOwn(CSV_SEPARATORS, name)
