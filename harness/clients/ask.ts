type Asked = { token?: string | undefined; body?: unknown; headers?: Record<string, string> }

/** One request over HTTP. A body that is a string is sent as it is, any other as JSON; `body` is undefined of what is no JSON. */
export async function ask(method: string, url: string, { token, body, headers = {} }: Asked = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape, and asserts what it finds.
function parse(text: string): any {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
