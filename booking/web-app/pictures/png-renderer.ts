import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { createBatcher } from '#shared/jobs/batcher.ts'

/** Draws SVG as PNG, one picture at a time, in a thread that is started with the first. */
export type PngRenderer = {
  /** Throws 503 when too many pictures wait. */
  render(svg: string): Promise<Buffer>
  close(): Promise<void>
}

const WAITING_MAX = 50
/** A thread takes some 40 MB. */
const IDLE_MS = 30_000

export function createPngRenderer(): PngRenderer {
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  const close = async () => {
    clearTimeout(idle)
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }
  const queue = createBatcher<string, Buffer>({
    name: 'draw pictures',
    batchMax: 1,
    concurrency: 1,
    waitingMax: WAITING_MAX,
    async run([svg]) {
      clearTimeout(idle)
      thread ??= new Worker(new URL('./png-thread.ts', import.meta.url))
      thread.ref()
      const drawn = once(thread, 'message') as Promise<[Uint8Array]>
      thread.postMessage(svg)
      // Rejects when the thread ends with an error: the next picture begins another.
      const [bytes] = await drawn.catch(async (error: unknown) => {
        await close()
        throw error
      })
      // An idle thread does not keep the process alive.
      thread?.unref()
      idle = setTimeout(close, IDLE_MS).unref()
      return [Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]
    },
  })
  return {
    render: (svg) => queue.add(svg),
    close,
  }
}
