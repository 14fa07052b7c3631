import { createServer } from 'node:net'

/**
 * Binds the port once, before anything is started, so that a second start fails without touching data. Throws an error
 * whose message names `variable` when the port or the host cannot be used.
 */
export async function refuseTakenPort(
  { host, port }: { host: string; port: number },
  variable: string,
): Promise<void> {
  const probe = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  probe.once('error', reject)
  probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  await promise.catch((error: NodeJS.ErrnoException) => {
    const sentence = SENTENCES[error.code ?? '']
    throw sentence ? new Error(sentence(port, variable, host)) : error
  })
}

type Sentence = (port: number, variable: string, host: string) => string

const noAddress: Sentence = (_port, _variable, host) =>
  `HOST=${host} is no address of this machine: leave HOST unset, or set it to one that is.`

const SENTENCES: Record<string, Sentence> = {
  EADDRINUSE: (port, variable) =>
    `Port ${port} is already in use (is Stillpoint running already?): stop what runs there, or set ${variable} to another port.`,
  EACCES: (port, variable) =>
    `Port ${port} may not be used by this user: set ${variable} to a port above 1023, and have a proxy listen at ${port}.`,
  EADDRNOTAVAIL: noAddress,
  ENOTFOUND: noAddress,
  EAI_AGAIN: noAddress,
}
