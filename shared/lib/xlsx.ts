import { setImmediate as yieldToRequests } from 'node:timers/promises'
import { Zip, ZipDeflate } from 'fflate'
import type { Column, Table, TableCell } from './table.ts'

/** What a sheet can have, its head included. */
const SHEET_ROWS_MAX = 1_048_576
/** Written at once, between which other requests have their turn. */
const ROWS_PER_TICK = 50

/**
 * Yields an Excel workbook (Office Open XML) of the columns that have a title. Text is stored in cells of the kind text, so
 * that no spreadsheet takes it for a number, a date or a formula, and `+49…` and `00…` stay what they are. Rows beyond what a
 * sheet can have go on in another. The memory that it takes does not depend on the length (decision 0051).
 */
export async function* xlsxOf<Row>({ title, columns, batches }: Table<Row>): AsyncGenerator<Uint8Array> {
  const shown = columns.filter((column) => column.title !== undefined)
  const zip = createZip()
  const sheets: string[] = []
  let rows = 0
  const beginSheet = () => {
    sheets.push(sheets.length === 0 ? title : `${title} ${sheets.length + 1}`)
    zip.begin(`xl/worksheets/sheet${sheets.length}.xml`)
    zip.write(sheetStart(shown))
    rows = 1
  }
  beginSheet()
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; ) {
      if (rows === SHEET_ROWS_MAX) {
        zip.end(SHEET_END)
        beginSheet()
      }
      const some = batch.slice(start, start + Math.min(ROWS_PER_TICK, SHEET_ROWS_MAX - rows))
      const texts = some.map((row) =>
        toRow(
          shown.map(({ cell }) => cell(row)),
          ++rows,
        ),
      )
      zip.write(texts.join(''))
      start += some.length
      yield* zip.taken()
      await yieldToRequests()
    }
  }
  zip.end(SHEET_END)
  for (const [name, text] of Object.entries(partsOf(sheets))) {
    zip.begin(name)
    zip.end(text)
  }
  zip.close()
  yield* zip.taken()
}

/** A ZIP archive whose files are written one after the other. `taken` yields what is ready. */
function createZip() {
  let ready: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    ready.push(chunk)
  })
  let file: ZipDeflate
  return {
    begin(name: string) {
      // Twice as fast as the default, for files that are a third larger.
      file = new ZipDeflate(name, { level: 3 })
      zip.add(file)
    },
    write: (text: string) => file.push(Buffer.from(text)),
    end: (text: string) => file.push(Buffer.from(text), true),
    close: () => zip.end(),
    *taken() {
      const chunks = ready
      ready = []
      for (const chunk of chunks) if (chunk.length > 0) yield chunk
    },
  }
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const CONTENT = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

/** Indexes of `cellXfs` in the styles. */
const STYLE = { text: 1, head: 2 }

/** The first row stays in view. */
function sheetStart<Row>(columns: Column<Row>[]): string {
  const head = columns.map((column, i) => textCell(column.title ?? '', `${lettersOf(i)}1`, STYLE.head))
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols><col min="1" max="${columns.length}" width="22" customWidth="1"/></cols><sheetData><row r="1">${head.join('')}</row>`
}

/** Without the warning that a number is stored as text: it is meant. */
const SHEET_END =
  '</sheetData><ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors></worksheet>'

function toRow(cells: TableCell[], number: number): string {
  return `<row r="${number}">${cells.map((cell, i) => toCell(cell, `${lettersOf(i)}${number}`)).join('')}</row>`
}

function toCell(value: TableCell, address: string): string {
  if (value === null || value === undefined || value === '') return ''
  if (typeof value === 'number') return `<c r="${address}"><v>${value}</v></c>`
  const text = typeof value === 'boolean' ? (value ? 'Yes' : 'No') : value
  return textCell(text, address, STYLE.text)
}

function textCell(text: string, address: string, style: number): string {
  return `<c r="${address}" t="inlineStr" s="${style}"><is><t xml:space="preserve">${toXml(text)}</t></is></c>`
}

function toXml(text: string): string {
  return (
    text
      .replace(NOT_IN_XML, '')
      // By which the format itself writes characters: as text it has to be told apart.
      .replace(/_(?=x[\da-f]{4}_)/gi, '_x005F_')
      .replace(/[&<>]/g, (character) => ENTITIES[character] ?? character)
  )
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are to be removed.
const NOT_IN_XML = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The letters of a column, counted from 0; a table has at most 26. */
const lettersOf = (column: number) => String.fromCharCode('A'.charCodeAt(0) + column)

function partsOf(sheets: string[]): Record<string, string> {
  const each = (part: (name: string, number: number) => string) =>
    sheets.map((name, i) => part(toXml(name), i + 1)).join('')
  const type = (part: string, kind: string) =>
    `<Override PartName="/${part}" ContentType="${CONTENT}.${kind}+xml"/>`
  const relation = (id: string, kind: string, target: string) =>
    `<Relationship Id="${id}" Type="${RELATIONSHIPS}/${kind}" Target="${target}"/>`
  return {
    'xl/workbook.xml': `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}"><sheets>${each((name, n) => `<sheet name="${name}" sheetId="${n}" r:id="sheet${n}"/>`)}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${each((_, n) => relation(`sheet${n}`, 'worksheet', `worksheets/sheet${n}.xml`))}${relation('styles', 'styles', 'styles.xml')}</Relationships>`,
    'xl/styles.xml': STYLES,
    '_rels/.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relation('workbook', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('xl/workbook.xml', 'sheet.main')}${type('xl/styles.xml', 'styles')}${each((_, n) => type(`xl/worksheets/sheet${n}.xml`, 'worksheet'))}</Types>`,
  }
}

/** Number format 49 is text. */
const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`
