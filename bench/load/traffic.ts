import { type DealOrder, deal } from '#harness/load/deal.ts'

/** What a load consists of; plain data, so that it can be sent to the process that makes it. */
export type Traffic =
  /** Complete requests, taken in turns. */
  | { kind: 'requests'; requests: string[] }
  /** Each person books each event at most once. */
  | { kind: 'bookings'; path: string; tokens: string[]; events: number[]; order: DealOrder; from?: number }
  /** New bookings as the CRM is told of them. */
  | { kind: 'notifications'; path: string; token: string; firstId: number; facilitators: number }

/** The next request, ready to be written. Undefined when there is none left. */
export type NextRequest = () => Buffer | string | undefined

export function createTraffic(traffic: Traffic): NextRequest {
  if (traffic.kind === 'requests') return inTurns(traffic.requests)
  return traffic.kind === 'bookings' ? bookings(traffic) : notifications(traffic)
}

export function getRequest(path: string, token: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`
}

function inTurns(requests: string[]): NextRequest {
  const buffers = requests.map((request) => Buffer.from(request))
  let next = 0
  return () => {
    const request = buffers[next]
    next = next + 1 === buffers.length ? 0 : next + 1
    return request
  }
}

function bookings({ path, tokens, ...plan }: Extract<Traffic, { kind: 'bookings' }>): NextRequest {
  const next = deal({ people: tokens, ...plan })
  return () => {
    const pair = next()
    return pair && postRequest(path, pair.person, `{"event_id":${pair.event}}`)
  }
}

function notifications({
  path,
  token,
  firstId,
  facilitators,
}: Extract<Traffic, { kind: 'notifications' }>): NextRequest {
  let id = firstId
  return () => {
    const notification = aNotification(id++, facilitators)
    return postRequest(path, token, JSON.stringify(notification))
  }
}

export function aNotification(booking_id: number, facilitators: number) {
  const user = 1 + (booking_id % 10_000)
  const event = 1 + (booking_id % 1_000)
  return {
    booking_id,
    user: { id: user, email: `person-${user}@example.com`, name: `Person ${user}`, phone: '+1234567890' },
    event: {
      id: event,
      title: `Morning Meditation Session ${event}`,
      type: event % 10 === 0 ? 'retreat' : 'session',
      start_datetime: '2030-01-15T07:00:00',
      location: 'Wellness Center',
    },
    facilitator_id: 1 + (booking_id % facilitators),
    booking_date: '2030-01-01T12:00:00',
    notes: null,
  }
}

export function postRequest(path: string, token: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
