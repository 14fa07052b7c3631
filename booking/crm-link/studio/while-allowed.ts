const CHECK_EVERY_MS = 1_000

/**
 * Yields the chunks of a file while `isAllowed`, which is checked once a second, since slow clients take minutes. Throws
 * when access has ended: aborting the response is the only signal left once a file has begun.
 */
export async function* whileAllowed<T>(
  isAllowed: () => Promise<boolean>,
  chunks: AsyncIterable<T>,
): AsyncGenerator<T> {
  let checkAtMs = performance.now() + CHECK_EVERY_MS
  for await (const chunk of chunks) {
    if (performance.now() >= checkAtMs) {
      if (!(await isAllowed())) throw new Error('The session that downloads this file has ended')
      checkAtMs = performance.now() + CHECK_EVERY_MS
    }
    yield chunk
  }
}
