import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that a connection may send ahead of the answer that it is getting. */
const AHEAD_MAX = 50

type Waiting = [request: IncomingMessage, response: ServerResponse]

/**
 * Requests of one connection are begun one after the other, when the answer before has been taken: whoever sends many
 * ahead and takes nothing costs one answer and not fifty. Nobody loses by it: answers go out in this order in any case.
 */
export function oneAtATime(listener: RequestListener): RequestListener {
  const ahead = new WeakMap<Socket, Waiting[]>()

  const begin = (request: IncomingMessage, response: ServerResponse, waiting: Waiting[] = []) => {
    const { socket } = request
    ahead.set(socket, waiting)
    // Others have their turn first: 300 connections that send twenty ahead would else be 6,000 answers in one turn of the event loop.
    response.once('close', () => setImmediate(goOn, socket))
    listener(request, response)
  }
  const goOn = (socket: Socket) => {
    const waiting = ahead.get(socket) ?? []
    const next = waiting.shift()
    if (next && !socket.destroyed) begin(...next, waiting)
    else ahead.delete(socket)
  }
  return (request, response) => {
    const waiting = ahead.get(request.socket)
    if (!waiting) begin(request, response)
    else if (waiting.push([request, response]) > AHEAD_MAX) request.socket.destroy()
  }
}
