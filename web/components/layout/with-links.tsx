import { Anchor } from '@mantine/core'
import { piecesOf } from '#web/lib/text/text-links.rules.ts'

/** What somebody has written, with its https addresses as links to a new tab, which are not told where they were followed. */
export function WithLinks({ text }: { text: string }) {
  return piecesOf(text).map(({ text, href }, i) =>
    href === undefined ? (
      text
    ) : (
      <Anchor
        key={String(i)}
        href={href}
        target="_blank"
        rel="noopener noreferrer"
        underline="always"
        inherit
        style={{ overflowWrap: 'anywhere' }}
      >
        {text}
      </Anchor>
    ),
  )
}
