import { parentPort } from 'node:worker_threads'
import { Resvg } from '@resvg/resvg-js'

/** The thread of `png-renderer.ts`: drawing and compressing a cover takes 50 ms, which no request should wait for. */
parentPort?.on('message', (svg: string) => {
  const png = new Resvg(svg, { font: { loadSystemFonts: false } }).render().asPng()
  // A copy, so that its memory can be handed over.
  const bytes = new Uint8Array(png)
  parentPort?.postMessage(bytes, [bytes.buffer])
})
