/** Validation that several forms share; the API finds the other errors. */

export const PASSWORD_MIN = 8

/** An error message, or null. */
export const emailFault = (text: string): string | null =>
  /^\S+@\S+$/.test(text.trim()) ? null : 'Enter an e-mail address such as you@example.com.'

export const newPasswordFault = (text: string): string | null =>
  text.length >= PASSWORD_MIN ? null : `Use at least ${PASSWORD_MIN} characters.`
