const ASK_EVERY_MS = 1_000

/**
 * The pieces of a file, for as long as whoever takes them may have them: slow clients take minutes. Breaking off is the
 * only way to say so once a file has begun.
 */
export async function* whileAllowed<T>(
  isAllowed: () => Promise<boolean>,
  pieces: AsyncIterable<T>,
): AsyncGenerator<T> {
  let askAtMs = performance.now() + ASK_EVERY_MS
  for await (const piece of pieces) {
    if (performance.now() >= askAtMs) {
      if (!(await isAllowed())) throw new Error('The session of whoever takes this file has ended')
      askAtMs = performance.now() + ASK_EVERY_MS
    }
    yield piece
  }
}
