export const ANONYMOUS_DOMAIN = 'deleted.invalid'

/** What stands in the place of a person who has been forgotten, in both services. */
export const anonymousPerson = (id: number) => ({
  email: `deleted-${id}@${ANONYMOUS_DOMAIN}`,
  first_name: 'Deleted',
  last_name: 'user',
})

/** Such addresses are nobody's: `.invalid` is reserved, so that none can ever be. */
export const isAnonymousEmail = (email: string) => email.toLowerCase().endsWith(`@${ANONYMOUS_DOMAIN}`)
