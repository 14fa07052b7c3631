import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { startTestBooking, type TestBooking } from '#harness/apps/test-booking.ts'
import { hasWords } from './text-search.ts'

let booking: TestBooking

before(async () => {
  booking = await startTestBooking()
})
after(() => booking.close())

async function finds(text: string, search: string): Promise<boolean | undefined> {
  const found = await sql<{ found: boolean }>`
    select ${hasWords(sql`fold_text(${text})`, search)} as found`.execute(booking.deps.db)
  return found.rows[0]?.found
}

const FOUND: [text: string, search: string][] = [
  ['Zoë Müller', 'zoe'],
  ['Zoë Müller', 'ZOE\u0308'],
  ['Zoë Müller', 'muller  zoë'],
  ['Sean O’Brien', "o'brien"],
  ['Sean O’Brien', 'obrien'],
  ["Sean O'Brien", 'O’Bri'],
  ['José María Peña', 'jose maria pena'],
  ['José María Peña', 'maria jose'],
  ['Łukasz Ørsted', 'lukasz orsted'],
  ['Straße', 'strasse'],
  ['STRASSE', 'straße'],
  ['Æsa Œuvre', 'aesa oeuvre'],
  ['İstanbul', 'istanbul'],
  ['ISTANBUL', 'ıstanbul'],
  ['Ελλάς', 'ελλασ'],
  ['Ёлка', 'елка'],
  ['王芳', '王芳'],
  ['王芳', '王'],
  ['王芳', '芳'],
  ['静かな朝の瞑想', '瞑想'],
  ['静かな朝の瞑想', '朝の 静か'],
  ['שָׁלוֹם', 'שלום'],
  ['مُحَمَّد', 'محمد'],
  ['ﬁne Ｙｏｇａ', 'fine yoga'],
  ['50 % off_\\', '50 % off_\\'],
  ['50 ％ off', '%'],
  ['Yoga am See', 'am yoga'],
  ['Nguyễn Thị', 'nguyen thi'],
  ['Yoga – Basics', 'yoga - basics'],
  ['“Am See”', '"am'],
]
const NOT_FOUND: [text: string, search: string][] = [
  ['Zoë Müller', 'zoe meier'],
  ['Yoga', 'y_ga'],
  ['Yoga', '%'],
  ['Yoga', 'ga'],
  ['静かな朝の瞑想', '瞑静'],
  ['Yoga', 'a.*'],
]

/** What people put before a number or a short word. */
const BEFORE = [...' \t\n-–—(["“„«¿¡/\\#&*+,.:;<=>@^_`{|}~…•·、。「']
for (const mark of BEFORE) FOUND.push([`Tai Chi${mark}37`, 'chi 37'])

for (const [text, search] of FOUND)
  test(`“${search}” finds ${text}`, async () => assert.equal(await finds(text, search), true))
for (const [text, search] of NOT_FOUND)
  test(`“${search}” does not find ${text}`, async () => assert.equal(await finds(text, search), false))

test('short words are looked up in the index by their beginning', async () => {
  const removed = await booking.deps.db.connection().execute(async (db) => {
    await sql`create temp table texts as select 'tai chi ' || n as words from generate_series(1, 5000) n`.execute(
      db,
    )
    await sql`create index on texts using gin (words gin_trgm_ops)`.execute(db)
    await sql`set enable_seqscan = off`.execute(db)
    const query = sql`select from texts where ${hasWords(sql`words`, 'tai chi 37')}`
    const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: { [name: string]: number } }] }>`
      explain (analyze, format json) ${query}`.execute(db)
    await sql`reset enable_seqscan`.execute(db)
    const [{ Plan }] = rows[0]?.['QUERY PLAN'] ?? assert.fail('no plan')
    assert.equal(Plan['Actual Rows'], 111)
    return Plan['Rows Removed by Index Recheck']
  })
  assert.ok(removed !== undefined && removed < 100, `${removed} rows were read in vain`)
})
