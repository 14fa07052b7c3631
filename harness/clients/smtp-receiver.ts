import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'

/** A mail that a server has taken, read by another library than the one that wrote it. */
export type ReceivedMail = { id: string; to: string; email: Email; raw: string; atMs: number }

/** What the server does with a mail once all of it is there. */
export type Conduct =
  | 'accept'
  /** Takes the mail and goes away without saying so: the answer is lost. */
  | 'accept and drop before the answer'
  | 'accept and drop after the answer'
  | 'drop'
  /** `after`: when it says so. */
  | { code: number; message: string; after?: Promise<void> }
  | { acceptAfterMs: number }

type ReceiverOptions = Pick<SMTPServerOptions, 'secure' | 'key' | 'cert'> & {
  port?: number
  login?: { user: string; pass: string }
  hasStartTls?: boolean
  /** Before its greeting, and before each answer to a sender or a recipient. */
  answerAfterMs?: number
}

/** A real SMTP server in this process, at a free port, whose conduct a test decides. */
export async function startSmtpReceiver({
  port = 0,
  login,
  hasStartTls = false,
  answerAfterMs = 0,
  ...tls
}: ReceiverOptions = {}) {
  const mails: ReceivedMail[] = []
  const receiver = {
    mails,
    /** Recipients it does not take, with its answer. */
    refused: new Map<string, { code: number; message: string }>(),
    conduct: (_mail: ReceivedMail): Conduct => 'accept',
    connections: () => server.connections.size,
  }
  const drop = ({ id }: SMTPServerSession) => {
    for (const connection of server.connections)
      if (connection.session?.id === id) connection._socket.destroy()
  }
  const later = (done: () => void) => (answerAfterMs > 0 ? setTimeout(done, answerAfterMs) : done())
  const server = new SMTPServer({
    ...tls,
    logger: false,
    disableReverseLookup: true,
    authOptional: login === undefined,
    hideSTARTTLS: !hasStartTls,
    disabledCommands: [...(hasStartTls ? [] : ['STARTTLS']), ...(login ? [] : ['AUTH'])],
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      const isRight = username === login?.user && password === login?.pass
      if (isRight) done(null, { user: username })
      else done(Object.assign(new Error('5.7.8 Wrong login'), { responseCode: 535 }))
    },
    onConnect: (_session, done) => later(done),
    onMailFrom: (_address, _session, done) => later(done),
    onRcptTo({ address }, _session, done) {
      const refusal = receiver.refused.get(address)
      later(() => done(refusal ? toError(refusal) : null))
    },
    async onData(stream, session, done) {
      // A client that was killed leaves half a mail.
      const bytes = await buffer(stream).catch(() => undefined)
      if (!bytes) return
      const email = await PostalMime.parse(bytes)
      const to = session.envelope.rcptTo.map(({ address }) => address).join()
      const mail = { id: email.messageId ?? '', to, email, raw: bytes.toString(), atMs: performance.now() }
      const conduct = receiver.conduct(mail)
      if (conduct === 'drop') return drop(session)
      if (typeof conduct === 'object' && 'code' in conduct) {
        await conduct.after
        return done(toError(conduct))
      }
      if (typeof conduct === 'object') {
        await new Promise((resolve) => setTimeout(resolve, conduct.acceptAfterMs))
      }
      mails.push(mail)
      if (conduct === 'accept and drop before the answer') return drop(session)
      done(null)
      if (conduct === 'accept and drop after the answer') setTimeout(drop, 50, session)
    },
  })
  // Clients that were killed end their connections without a word.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  const at = (server.server.address() as AddressInfo).port
  const user = login ? `${encodeURIComponent(login.user)}:${encodeURIComponent(login.pass)}@` : ''
  return Object.assign(receiver, {
    port: at,
    url: `${tls.secure ? 'smtps' : 'smtp'}://${user}localhost:${at}`,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  })
}

export type SmtpReceiver = Awaited<ReturnType<typeof startSmtpReceiver>>

const toError = ({ code, message }: { code: number; message: string }) =>
  Object.assign(new Error(message), { responseCode: code })
