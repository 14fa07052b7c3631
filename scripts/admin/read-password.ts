import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export type Password = {
  text: string
  /** Nobody has said one: it has to be shown. */
  isRandom: boolean
}

/** `given` stands on the command line, where every user of the machine can read it; `isPiped` demands standard input. */
type Source = { given: string | undefined; isPiped: boolean }

/** A pipe that nobody writes to must not hold up a script that wants a random password. */
const PIPE_MAX_MS = 5_000

/**
 * A password from where nobody else sees it: asked for at a terminal without showing it, or the first line of standard
 * input. Where nothing is said one is made up.
 */
export async function readPassword({ given, isPiped }: Source): Promise<Password> {
  if (given !== undefined) return { text: given, isRandom: false }
  const text = process.stdin.isTTY ? await ask() : await readLine(isPiped ? undefined : PIPE_MAX_MS)
  if (text !== '') return { text, isRandom: false }
  if (isPiped) throw new Error('There is no password on standard input: pipe one in as its first line.')
  return { text: randomBytes(12).toString('base64url'), isRandom: true }
}

/** What is typed is not echoed: all that the line editor writes goes nowhere. It is there before anybody is asked. */
async function ask(): Promise<string> {
  const output = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  lines.on('SIGINT', () => process.exit(130))
  const question = async (text: string) => {
    process.stderr.write(text)
    const answer = await lines.question('')
    process.stderr.write('\n')
    return answer
  }
  try {
    const text = await question('Password (not shown; nothing: one is made up): ')
    if (text === '' || (await question('The same again: ')) === text) return text
  } finally {
    lines.close()
  }
  throw new Error('These were two different passwords: try again.')
}

async function readLine(maxMs: number | undefined): Promise<string> {
  const lines = createInterface({ input: process.stdin })
  const timer = maxMs === undefined ? undefined : setTimeout(() => lines.close(), maxMs)
  try {
    for await (const line of lines) return line
    return ''
  } finally {
    clearTimeout(timer)
    lines.close()
    // Whatever else is on its way must not keep the process alive.
    process.stdin.unref?.()
  }
}
