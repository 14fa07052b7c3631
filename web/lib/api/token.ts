/** When an access token expires, in milliseconds since 1970; 0 if it cannot be read. */
export function expiresAtMs(token: string): number {
  try {
    const payload = token.split('.')[1] ?? ''
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof exp === 'number' ? exp * 1000 : 0
  } catch {
    return 0
  }
}
