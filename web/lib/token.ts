/** When an access token ends, as it says itself; 0 for one that cannot be read. */
export function expiresAtMs(token: string): number {
  try {
    const payload = token.split('.')[1] ?? ''
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')))
    return typeof exp === 'number' ? exp * 1000 : 0
  } catch {
    return 0
  }
}
