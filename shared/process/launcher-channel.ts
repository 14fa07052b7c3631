/** An account that anybody can log in with, because its password is published. */
export type DemoLogin = { role: 'attendee' | 'facilitator' | 'admin'; email: string }

/** What `npm start` is told by the services that it has started. */
export type LauncherMessage = { type: 'demo logins'; logins: DemoLogin[] }

/** One of several processes tells the first, which passes it on. Without a launcher nobody is told. */
export function tellLauncher(message: LauncherMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}
