import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strFromU8, unzipSync } from 'fflate'
import readXlsx from 'read-excel-file/node'
import type { Column, TableCell } from './table.ts'
import { xlsxOf } from './xlsx.ts'

async function write<Row>(columns: Column<Row>[], ...batches: Row[][]): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  async function* all() {
    yield* batches
  }
  for await (const chunk of xlsxOf({ title: 'Bookings', columns, batches: all() })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The rows of the first sheet, read with another library. */
async function read(file: Buffer): Promise<unknown[][]> {
  const [sheet, ...others] = await readXlsx(file, { trim: false })
  assert.deepEqual([sheet?.sheet, others], ['Bookings', []])
  return sheet?.data ?? []
}

const columnsOf = (count: number): Column<TableCell[]>[] =>
  Array.from({ length: count }, (_, i) => ({ title: `Title ${i}`, cell: (row) => row[i] }))

test('text stays the text that it is: numbers of phones, formulas, dates, blanks and marks', async () => {
  const texts = [
    '+491512345678',
    '0049 151',
    '=1+1',
    '-1+1|cmd',
    '@SUM(A1)',
    '2026-12-01 19:30',
    'TRUE',
    ' blank at both ends ',
    'two\nlines\tand a tab',
    'Zoë <b>&amp; "O\'Neill"</b> 😀 ≤',
    '_x0041_ and _x_',
    'constructor',
    '__proto__',
  ]
  const rows = await read(
    await write(
      columnsOf(2),
      texts.map((text, i) => [i, text]),
    ),
  )
  assert.deepEqual(rows[0], ['Title 0', 'Title 1'])
  assert.deepEqual(
    rows.slice(1),
    texts.map((text, i) => [i, text]),
  )
})

test('the cells of text are of the kind text, and no cell has a formula', async () => {
  const files = unzipSync(await write(columnsOf(3), [['=1+1', 7, true]]))
  const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] as Uint8Array)
  assert.match(sheet, /<c r="A2" t="inlineStr" s="1"><is><t xml:space="preserve">=1\+1<\/t><\/is><\/c>/)
  assert.match(sheet, /<c r="B2"><v>7<\/v><\/c>/)
  assert.match(sheet, /<c r="C2" t="inlineStr" s="1"><is><t xml:space="preserve">Yes</)
  assert.doesNotMatch(sheet, /<f[ >]/)
  const styles = strFromU8(files['xl/styles.xml'] as Uint8Array)
  assert.match(styles.split('<cellXfs')[1] ?? '', /^[^>]*><xf [^>]*\/><xf numFmtId="49"/)
})

test('what XML cannot hold is left out, so that the file can be opened', async () => {
  const rows = await read(await write(columnsOf(3), [['a\u0000\u0001b\u001b\uffff', null, 'c\ud800']]))
  assert.deepEqual(rows[1], ['ab', null, 'c\ufffd'])
})

test('columns without a title are left out, and a table may be empty', async () => {
  const columns: Column<number>[] = [
    { name: 'id', cell: (n) => n },
    { title: 'Number', cell: (n) => n },
  ]
  assert.deepEqual(await read(await write(columns, [1], [], [2])), [['Number'], [1], [2]])
  assert.deepEqual(await read(await write(columns)), [['Number']])
})

test('ten thousand rows come whole and in order, in pieces, with turns for others in between', async () => {
  const batches = Array.from({ length: 20 }, (_, batch) =>
    Array.from({ length: 500 }, (_, i) => [batch * 500 + i, `+49 ${'note '.repeat(30)}`, '00', 'x']),
  )
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  const rows = await read(await write(columnsOf(4), ...batches))
  clearInterval(timer)
  assert.deepEqual(
    rows.slice(1).map(([id]) => id),
    Array.from({ length: 10_000 }, (_, i) => i),
  )
  assert.ok(turns > 20, `${turns} turns`)
})

test('what a sheet cannot take goes on in another', async () => {
  const row = [1]
  const batches = Array.from({ length: 2_100 }, () => new Array(500).fill(row))
  const files = unzipSync(await write(columnsOf(1), ...batches))
  const rowsOf = (sheet: number) =>
    strFromU8(files[`xl/worksheets/sheet${sheet}.xml`] as Uint8Array).match(/<row r="\d+">/g) ?? []
  const [first, second] = [rowsOf(1), rowsOf(2)]
  assert.deepEqual([first.length, first.at(-1)], [1_048_576, '<row r="1048576">'])
  assert.equal(second.length, 1_050_000 - 1_048_575 + 1)
  assert.match(strFromU8(files['xl/workbook.xml'] as Uint8Array), /name="Bookings".*name="Bookings 2"/)
})
