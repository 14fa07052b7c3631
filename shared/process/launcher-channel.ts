/** A demo account, whose password is published. */
export type DemoLogin = { role: 'attendee' | 'facilitator' | 'admin'; email: string }

/** What a service sends to `npm start`. */
export type LauncherMessage = { type: 'demo logins'; logins: DemoLogin[] }

/** Sends a message to the launcher; from a worker it goes through the primary process. Does nothing without a launcher. */
export function sendToLauncher(message: LauncherMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
