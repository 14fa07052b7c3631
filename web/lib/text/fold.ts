/** The form in which texts are searched, as `fold_text` of the databases has it for names: `Łukasz` is found as `lukasz`. */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[łøđðħŧıßæœþ'’‘ʼ]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')

const LETTERS: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
}
