import Type from 'typebox'

/** What stands behind the `#` of a link that was mailed. */
export const LinkToken = Type.String({
  minLength: 1,
  maxLength: 200,
  description: 'From the link in the mail: what stands behind its `#`.',
})

export const Done = Type.Object({ message: Type.String() })
