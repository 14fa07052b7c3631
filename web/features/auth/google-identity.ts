/** The part of Google Identity Services that is used here. */
export type GoogleIdentity = {
  initialize(options: { client_id: string; callback(answer: { credential: string }): void }): void
  renderButton(place: HTMLElement, options: { width: number; shape: 'pill'; text: 'continue_with' }): void
}

const SCRIPT = 'https://accounts.google.com/gsi/client'

let loading: Promise<GoogleIdentity> | undefined

/** Loads Google's script once, and only on the pages that show its button. */
export function loadGoogle(): Promise<GoogleIdentity> {
  loading ??= new Promise<GoogleIdentity>((resolve, reject) => {
    const script = document.createElement('script')
    script.src = SCRIPT
    script.onload = () => {
      const { google } = globalThis as { google?: { accounts: { id: GoogleIdentity } } }
      if (google) resolve(google.accounts.id)
      else reject(new Error('Google Identity Services did not start'))
    }
    script.onerror = () => reject(new Error('Google Identity Services could not be loaded'))
    document.head.append(script)
  }).catch((error) => {
    loading = undefined
    throw error
  })
  return loading
}
