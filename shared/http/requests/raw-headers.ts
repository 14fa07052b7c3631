import type { IncomingMessage } from 'node:http'

/** How often a header was sent, which `headers` does not show. `name` in lower case. */
export function countHeader({ rawHeaders }: IncomingMessage, name: string): number {
  let count = 0
  // Names and values alternate.
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const text = rawHeaders[i]
    if (text?.length === name.length && text.toLowerCase() === name) count++
  }
  return count
}

/** Whether the head announces a body. */
export const hasBody = ({ headers }: IncomingMessage): boolean =>
  (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined
