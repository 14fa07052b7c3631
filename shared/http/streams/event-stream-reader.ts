/** A message of an event stream. Without data it only moves the cursor of who listens. */
export type StreamMessage = { id?: string; event?: string; data?: string }

/**
 * Reads the messages of an event stream (HTML standard, 9.2.6), whose lines end with LF or CRLF. Comments and `retry` are
 * passed over. Throws an Error when a message has more than `maxChars` characters.
 */
export async function* readEventStream(
  chunks: AsyncIterable<string>,
  maxChars: number,
): AsyncGenerator<StreamMessage> {
  let rest = ''
  let message: StreamMessage = {}
  let chars = 0
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:\r]*):? ?(.*?)\r?$/s.exec(line) ?? []
      chars += value.length
      if (chars > maxChars) throw tooLong()
      if (name === 'id') message.id = value
      if (name === 'event') message.event = value
      if (name === 'data') message.data = message.data === undefined ? value : `${message.data}\n${value}`
      if (line !== '' && line !== '\r') continue
      if (message.data !== undefined || message.id !== undefined) yield message
      message = {}
      chars = 0
    }
    if (chars + rest.length > maxChars) throw tooLong()
  }
}

const tooLong = () => new Error('a message of the stream is too long')
