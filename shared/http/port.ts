import { createServer } from 'node:net'

/** Finds out before anything is started, so that a second start says so at once and touches nothing. */
export async function refuseTakenPort(
  { host, port }: { host: string; port: number },
  variable: string,
): Promise<void> {
  const probe = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  probe.once('error', reject)
  probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve()))
  await promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    throw new Error(
      `Port ${port} is already in use (is Stillpoint running already?): stop what runs there, or set ${variable} to another port.`,
    )
  })
}
