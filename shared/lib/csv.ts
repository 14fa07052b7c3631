import type { Table, TableCell } from './table.ts'

export const CSV_SEPARATORS = { ',': ',', ';': ';', tab: '\t' } as const
export type CsvSeparator = (typeof CSV_SEPARATORS)[keyof typeof CSV_SEPARATORS]

/**
 * Yields a CSV file with its head, UTF-8 with a byte order mark: without it spreadsheets read `Zoë` as `ZoÃ«`. The first
 * chunk has the first batch in it.
 */
export async function* csvOf<Row>(
  { columns, batches }: Table<Row>,
  separator: CsvSeparator,
): AsyncGenerator<string> {
  const shown = columns.filter(({ name }) => name !== undefined)
  let pending = `\uFEFF${csvRecord(
    shown.map(({ name }) => name),
    separator,
  )}`
  for await (const batch of batches) {
    for (const row of batch)
      pending += csvRecord(
        shown.map(({ cell }) => cell(row)),
        separator,
      )
    if (pending !== '') yield pending
    pending = ''
  }
  if (pending !== '') yield pending
}

/**
 * One record of a CSV file with its line break (RFC 4180). Text that a spreadsheet would evaluate as a formula gets an apostrophe in
 * front. No library: those tried miss formulas behind a line break or a semicolon and take three times as long.
 */
export function csvRecord(cells: TableCell[], separator: CsvSeparator = ','): string {
  return `${cells.map(toCell).join(separator)}\r\n`
}

function toCell(value: TableCell): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA.test(value) && !PHONE_NUMBER.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** With the full-width forms, which some spreadsheets accept as well. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/
/**
 * A plus, a country code, and at least six digits in all with what stands between them. It names no function, cell or
 * program, so that the worst a spreadsheet makes of it is another number.
 */
const PHONE_NUMBER = /^\+(?=(?:\D*\d){6}) ?\(?\d[\d ()./\-\u00a0\u2010-\u2013\u202f]*$/
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/
