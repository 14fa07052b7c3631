/** Rules that several forms have. What they do not know the API says. */

export const PASSWORD_MIN = 8

/** A sentence, or null when nothing is wrong. */
export const emailFault = (text: string): string | null =>
  /^\S+@\S+$/.test(text.trim()) ? null : 'Enter an e-mail address such as you@example.com.'

export const newPasswordFault = (text: string): string | null =>
  text.length >= PASSWORD_MIN ? null : `Use at least ${PASSWORD_MIN} characters.`
