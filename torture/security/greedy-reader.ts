import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '#harness/load/reader.ts'

/** Reads the same address again and again on many connections, in a thread of its own, until it is told to stop. */
const { url, headers, connections } = workerData as {
  url: string
  headers: Record<string, string>
  connections: number
}
const reader = openReader(connections)
const statuses = new Map<number, number>()
let isOver = false

const readOn = async () => {
  while (!isOver) {
    const status = await reader.read(url, headers)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
}
parentPort?.once('message', () => {
  isOver = true
})
await Promise.all(Array.from({ length: connections }, readOn))
reader.close()
parentPort?.postMessage([...statuses])
