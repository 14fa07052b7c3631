import { createTheme, type MantineColorsTuple, rem } from '@mantine/core'

/** The one accent: the colour of a low sun. `theme.css` has everything else. */
const ember: MantineColorsTuple = [
  '#fdf1e9',
  '#f8e0d1',
  '#f2c8ae',
  '#f0b48c',
  '#e39468',
  '#d9703f',
  '#c25a2d',
  '#a8461f',
  '#8b3818',
  '#6f2c13',
]

export const theme = createTheme({
  colors: { ember },
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  black: '#1d2333',
  fontFamily: "'Hanken Grotesk', system-ui, sans-serif",
  headings: {
    fontFamily: "Newsreader, 'Iowan Old Style', Georgia, serif",
    fontWeight: '450',
    sizes: {
      h1: { fontSize: 'clamp(2rem, 1.4rem + 2.4vw, 3.1rem)', lineHeight: '1.1' },
      h2: { fontSize: rem(27), lineHeight: '1.2' },
      h3: { fontSize: rem(21), lineHeight: '1.25' },
      h4: { fontSize: rem(18), lineHeight: '1.3' },
    },
  },
  defaultRadius: 'md',
  radius: { sm: rem(8), md: rem(12), lg: rem(18), xl: rem(28) },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { radius: 'xl' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md', autosize: true, minRows: 2 } },
    Modal: { defaultProps: { centered: true, radius: 'lg', padding: 'xl' } },
  },
})
