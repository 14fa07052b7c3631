/** Names of people. The last name of those who have one name only is empty. */
export type Named = { first_name: string; last_name: string }

/** First and last name as one text. */
export const fullName = ({ first_name, last_name }: Named): string => `${first_name} ${last_name}`.trim()

/** The first letter of each name, in any script, as a capital. */
export const initialsOf = ({ first_name, last_name }: Named): string =>
  [first_name, last_name].map((name) => [...name][0]?.toUpperCase() ?? '').join('')
