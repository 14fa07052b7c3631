import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'

export type Password = {
  text: string
  /** It was generated, so it has to be printed. */
  isRandom: boolean
}

/** `given`: on the command line, where every user of the machine can read it. `isPiped`: it must come from standard input. */
type Source = { given: string | undefined; isPiped: boolean }

/** How long to wait for a line on standard input before a random password is generated. */
const PIPE_MAX_MS = 5_000

/**
 * The password of `given`, of a prompt without echo, or of the first line of standard input; a random one when that is empty.
 * Throws when the two entries at the prompt differ, or when `isPiped` and there is no line.
 */
export async function readPassword({ given, isPiped }: Source): Promise<Password> {
  if (given !== undefined) return { text: given, isRandom: false }
  const text = process.stdin.isTTY ? await ask() : await readLine(isPiped ? undefined : PIPE_MAX_MS)
  if (text !== '') return { text, isRandom: false }
  if (isPiped) throw new Error('There is no password on standard input: pipe one in as its first line.')
  return { text: randomBytes(12).toString('base64url'), isRandom: true }
}

/** Without echo: the output of the line editor is discarded. It is created first, so that nothing typed early is echoed. */
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
    // An open pipe would keep the process alive.
    process.stdin.unref?.()
  }
}
