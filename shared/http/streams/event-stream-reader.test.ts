import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { readEventStream, type StreamMessage } from './event-stream-reader.ts'

async function read(chunks: string[], maxChars = 1_000): Promise<StreamMessage[]> {
  async function* all() {
    yield* chunks
  }
  return Array.fromAsync(readEventStream(all(), maxChars))
}

test('messages come in any pieces, with ids, names and several lines; comments are none', async () => {
  const text =
    ': hello\n\nid: 7\nevent: seats\ndata: {"a":1}\ndata:two\n\nid:8\n\nretry: 5\n\r\ndata\r\n\r\ndata: lost'
  const expected = [{ id: '7', event: 'seats', data: '{"a":1}\ntwo' }, { id: '8' }, { data: '' }]
  for (const chunks of [[text], [...text]]) assert.deepEqual(await read(chunks), expected)
})

test('it agrees with another reader about any stream', async () => {
  const line = fc.oneof(
    fc.constantFrom('', 'id: 1', 'event: a', 'data: b', 'data:', 'data', ':x', 'data:  c:d', 'x: y'),
    fc.string({ unit: fc.constantFrom(':', ' ', 'd', 'data', 'é') }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.constantFrom('\n', '\r\n'), async (lines, end) => {
      const text = lines.map((each) => each + end).join('')
      const expected: StreamMessage[] = []
      const parser = createParser({
        onEvent: ({ event, data }) => expected.push({ ...(event && { event }), data }),
      })
      parser.feed(text)
      const found = (await read([...text])).filter(({ data }) => data !== undefined)
      assert.deepEqual(
        found.map(({ event, data }) => ({ ...(event && { event }), data })),
        expected,
      )
    }),
  )
})

test('a message that does not end is refused', async () => {
  await assert.rejects(read(['data: ', 'x'.repeat(50)], 40), /too long/)
  await assert.rejects(read(['data: 12345678901234567890\n', 'data: 12345678901234567890\n'], 30), /too long/)
})
