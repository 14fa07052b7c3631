/** For words of which only the case of ASCII letters is ignored: in Unicode ſ becomes S, ı becomes I, and the Kelvin sign k. */
export const lowerAscii = (text: string): string =>
  text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

export const upperAscii = (text: string): string =>
  text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
