/** What somebody at this place in line gets, and where they hear of it. */
export function promiseInWords(position: number, sendsMail: boolean): string {
  const what =
    position === 1
      ? 'The next seat that becomes free is booked for you.'
      : 'When it is your turn, a seat that becomes free is booked for you.'
  return `${what} ${sendsMail ? 'You then get a mail, and this page tells you.' : 'This page and your home page then tell you.'}`
}
