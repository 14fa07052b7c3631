import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** Requests that a connection may send ahead of the answer that it is getting. */
const AHEAD_MAX = 50

type Waiting = [request: IncomingMessage, response: ServerResponse]

/**
 * Requests of one connection are begun one after the other, when the answer before has been taken: whoever sends many
 * ahead and takes nothing costs one answer and not fifty. Nobody loses by it: answers go out in this order in any case.
 */
export type OneAtATime = {
  /** For what comes from a connection. */
  before(listener: RequestListener): RequestListener
  /** For what is not answered at once. */
  hold(listener: RequestListener): RequestListener
}

export function createOneAtATime(): OneAtATime {
  const ahead = new WeakMap<Socket, Waiting[]>()
  let begin: RequestListener = () => {}

  const goOn = (socket: Socket) => {
    const waiting = ahead.get(socket) ?? []
    ahead.delete(socket)
    if (socket.destroyed) return
    // One that is answered at once holds up nobody.
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      begin(...next)
      if (!ahead.has(socket)) continue
      ahead.set(socket, waiting)
      return
    }
  }
  return {
    before(listener) {
      begin = listener
      return (request, response) => {
        const waiting = ahead.get(request.socket)
        if (!waiting) return listener(request, response)
        if (waiting.push([request, response]) > AHEAD_MAX) request.socket.destroy()
      }
    },
    hold: (listener) => (request, response) => {
      const { socket } = request
      ahead.set(socket, [])
      response.once('close', () => goOn(socket))
      listener(request, response)
    },
  }
}
