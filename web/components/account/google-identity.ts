/** The part of Google Identity Services that is used here. */
type GoogleIdentity = {
  initialize(options: { client_id: string; callback(answer: { credential: string }): void }): void
  renderButton(place: HTMLElement, options: { width: number; shape: 'pill'; text: 'continue_with' }): void
}

declare global {
  interface Window {
    google?: { accounts: { id: GoogleIdentity } }
  }
}

const SCRIPT = 'https://accounts.google.com/gsi/client'

let loading: Promise<GoogleIdentity> | undefined

/** Loads Google's script once, and only on pages that show its button. Rejects when it cannot be loaded. */
export function loadGoogle(): Promise<GoogleIdentity> {
  loading ??= new Promise<GoogleIdentity>((resolve, reject) => {
    const script = document.createElement('script')
    script.src = SCRIPT
    script.onload = () => {
      if (window.google) resolve(window.google.accounts.id)
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
