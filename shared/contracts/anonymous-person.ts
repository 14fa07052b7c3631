export const ANONYMOUS_DOMAIN = 'deleted.invalid'

/** What both services store instead of the data of an erased person. */
export const anonymousPerson = (id: number) => ({
  email: `deleted-${id}@${ANONYMOUS_DOMAIN}`,
  first_name: 'Deleted',
  last_name: 'user',
})

/** Whether it is the address of an erased account. `.invalid` is reserved (RFC 2606), so no real address can match. */
export const isAnonymousEmail = (email: string) => email.toLowerCase().endsWith(`@${ANONYMOUS_DOMAIN}`)
