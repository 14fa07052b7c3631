import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  rem,
  type VariantColorsResolver,
} from '@mantine/core'

/** Shades of the accent colour. `theme.css` says where each is used. */
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

/** Mantine's greys, in a warmer tone. */
const gray: MantineColorsTuple = [
  '#f7f2e9',
  '#f2ebdf',
  '#e7dece',
  '#d9cfbd',
  '#c6bba8',
  '#a79d8d',
  '#8f887b',
  '#6d6860',
  '#4a4742',
  '#2c2a28',
]

/** Mantine's dark shades, in a bluish tone. */
const dark: MantineColorsTuple = [
  '#ece6da',
  '#cdd2df',
  '#a9b1c4',
  '#55617d',
  '#36415a',
  '#28334a',
  '#1e273b',
  '#161d2e',
  '#111726',
  '#0c111d',
]

/** Text on the accent colour, or in it, has the contrast of the light or dark scheme. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const resolved = defaultVariantColorsResolver(input)
  if (input.color && input.color !== 'ember') return resolved
  const bare = { ...resolved, color: 'var(--accent)', hover: 'var(--accent-wash)' }
  if (input.variant === 'filled')
    return {
      ...resolved,
      background: 'var(--accent)',
      hover: 'var(--accent-strong)',
      color: 'var(--on-accent)',
    }
  if (input.variant === 'light')
    return { ...bare, background: 'var(--accent-wash)', hover: 'var(--accent-wash)' }
  return input.variant === 'subtle' ? bare : resolved
}

const CLOSE = { 'aria-label': 'Close' }

export const theme = createTheme({
  colors: { ember, gray, dark },
  primaryColor: 'ember',
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver,
  black: '#1d2333',
  fontFamily: "'Hanken Grotesk', 'Hanken Grotesk like Arial', system-ui, sans-serif",
  headings: {
    fontFamily: "Newsreader, 'Newsreader like Georgia', 'Newsreader like Times', serif",
    fontWeight: '400',
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
    TextInput: { defaultProps: { size: 'md', dir: 'auto' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md', dir: 'auto' } },
    NativeSelect: { defaultProps: { size: 'md' } },
    DatePickerInput: { defaultProps: { size: 'md' } },
    // Its `dir` would be that of the box around the field.
    Textarea: {
      defaultProps: { size: 'md', attributes: { input: { dir: 'auto' } }, autosize: true, minRows: 2 },
    },
    // Its element is not allowed in a menu (ARIA); the first item gets the focus instead.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Modal: { defaultProps: { centered: true, radius: 'lg', padding: 'xl', closeButtonProps: CLOSE } },
    Notification: { defaultProps: { closeButtonProps: CLOSE } },
    Drawer: { defaultProps: { position: 'right', padding: 'xl', closeButtonProps: CLOSE } },
  },
})
