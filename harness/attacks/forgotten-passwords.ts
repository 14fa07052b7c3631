import type { Answer, Client } from '#harness/load/load.ts'

/** Who may be asked for. None may be told from an address without an account. */
export const FORGETFUL = {
  unknown: undefined,
  known: "true, true, null, '$argon2id$'",
  'not confirmed': "true, false, null, '$argon2id$'",
  closed: "false, true, null, '$argon2id$'",
  'Google only': "true, true, 'google-' || n, null",
} as const
export type Forgetful = keyof typeof FORGETFUL

const KINDS = Object.keys(FORGETFUL) as Forgetful[]

/** All of one length, whatever they are. */
export const addressOf = (kind: Forgetful, n: number): string =>
  `person-${KINDS.indexOf(kind)}-${String(n).padStart(6, '0')}@example.com`

/** So many accounts of each kind, as one statement. */
export const accountsSql = (count: number): string =>
  KINDS.flatMap((kind) => {
    const columns = FORGETFUL[kind]
    return columns === undefined
      ? []
      : `insert into users (email, first_name, last_name, is_active, email_proven, google_sub, password_hash)
         select 'person-${KINDS.indexOf(kind)}-' || lpad(n::text, 6, '0') || '@example.com', 'For', 'Getful', ${columns}
         from generate_series(0, ${count - 1}) n`
  }).join(';\n')

export type Asking = { kind: Forgetful; answer: Answer }

/**
 * Asks for each kind in turn, every time for another person and from another network, as the proxy in front would say it: no limit
 * is reached. In another order each round, so that nobody is always the one after the slowest.
 */
export async function askForAll(
  client: Client,
  api: string,
  rounds: number,
  warmUp: number,
): Promise<Asking[]> {
  const asked: Asking[] = []
  for (let round = -warmUp; round < rounds; round++) {
    for (let i = 0; i < KINDS.length; i++) {
      const kind = KINDS[(i * 2 + round + warmUp) % KINDS.length] as Forgetful
      const n = round + warmUp
      const answer = await forget(client, api, addressOf(kind, n), n * KINDS.length + i)
      if (round >= 0) asked.push({ kind, answer })
    }
  }
  return asked
}

export const forget = (client: Client, api: string, email: string, network: number): Promise<Answer> =>
  client.call('POST', `${api}/api/auth/forgot-password`, {
    body: { email },
    headers: { 'x-forwarded-for': `10.${network >> 16}.${(network >> 8) & 255}.${network & 255}` },
  })

/** What of an answer somebody could compare, without what differs of any two. */
export function shapeOf({ status, body, headers }: Answer): string {
  const { date: _, 'x-request-id': id, ...others } = headers
  return JSON.stringify({ status, body, hasId: id !== undefined, headers: others })
}
