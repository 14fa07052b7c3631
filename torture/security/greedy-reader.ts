import { Agent, request } from 'node:http'
import { parentPort, workerData } from 'node:worker_threads'

/** Reads the same address again and again on many connections, in a thread of its own, until it is told to stop. */
const { url, headers, connections } = workerData as {
  url: string
  headers: Record<string, string>
  connections: number
}
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const statuses = new Map<number, number>()
let isOver = false

const read = () =>
  new Promise<number>((resolve) => {
    request(url, { agent, headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode ?? 0))
    })
      .on('error', () => resolve(0))
      .end()
  })
const readOn = async () => {
  while (!isOver) {
    const status = await read()
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
}
parentPort?.once('message', () => {
  isOver = true
})
await Promise.all(Array.from({ length: connections }, readOn))
agent.destroy()
parentPort?.postMessage([...statuses])
