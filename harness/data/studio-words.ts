/** Words of many scripts and lengths, as people write them. */

const LONG_SENTENCE = `A slow and careful introduction to breathing, listening and walking for everybody who has always wanted to begin and never found the right moment, with tea afterwards and time to talk about it all for as long as you like`

export const TITLES = [
  'Morning Yoga',
  'Stille am Fluß',
  'W'.repeat(200),
  'Yin & <b>Sound</b> Bath 🌊',
  LONG_SENTENCE.slice(0, 200),
  'מדיטציה בבוקר (Morning)',
  'Breathwork at Dawn',
  'تأمل المساء',
  'Pilates für alle, die lange gesessen haben und wieder auf die Beine kommen möchten',
  'Zoë’s Qi Gong',
  'Donaudampfschifffahrtsgesellschaftskapitänsmeditation',
  '静かな朝の瞑想',
  'Restorative Yoga',
]

export const LONG_DESCRIPTION = `An hour that is kept for you. ${'We begin by arriving, and take our time. '.repeat(12)}

How to find us: https://www.google.com/maps/place/Oderberger+Stra%C3%9Fe+12,+10435+Berlin/@52.5396,13.4079,17z/data=!3m1!4b1!4m6!3m5!1s0x47a851e4b1b7a1e5:0x5d6f1d4a3c2b1a09!8m2!3d52.5396!4d13.4105!16s%2Fg%2F11c4z0

• warm clothes
• a blanket — ${'w'.repeat(120)}`

export const LONG_NOTE = `Pregnant, 2nd trimester. ${'Please tell me what I can do instead of lying on my stomach. '.repeat(4)}https://example.com/${'a'.repeat(150)}`
export const ARABIC_NOTE = 'سأصل متأخراً قليلاً، from the station, شكراً!'

export const TEACHERS = [
  ['Marlène', 'Søndergård-Ó Briain', 'Yoga'],
  ['יעל', 'כהן', 'מדיטציה'],
  ['Ö'.repeat(100), 'von Hohenstein', 'Silence'],
  ['明', '李', 'Tai chi'],
  [
    'Maximiliane-Theodora',
    'Wolkenburg zu Schwarzenfels-Langenstein',
    'Everything that has to do with breathing',
  ],
] as const

const NAMED = [
  ['Zoë', 'Martin'],
  ['محمد', 'الأحمد'],
  ['Ö'.repeat(100), 'Müller'],
  ['Sukarno', ''],
  ['Łukasz', 'Wójcik'],
  ['José María', 'de la Cruz'],
  ['Đặng', 'Thị Hồng'],
  ['芳', '王'],
  ['Siobhán', 'O’Brien'],
  ['Ingrid', 'Ødegård'],
  ['נועה', 'לוי'],
  ['W'.repeat(80), 'Wide'],
] as const
const FIRST = ['Anna', 'Bruno', 'Chiara', 'Dev', 'Elif', 'Felix', 'Greta', 'Hana']
const LAST = ['Ångström', 'Özil', 'Zimmer', 'de Vries', 'smith', 'Becker', 'al-Zahra', 'MacDonald']

/** Sixty people: first and last name. */
export const PEOPLE: (readonly [string, string])[] = [
  ...NAMED,
  ...Array.from(
    { length: 48 },
    (_, n) => [FIRST[n % 8] as string, LAST[(n + Math.floor(n / 8)) % 8] as string] as const,
  ),
]
