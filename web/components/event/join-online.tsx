import { Button, Stack, Text } from '@mantine/core'
import { outsideLink } from '#web/lib/contact-links.ts'

/** Names the host that the link leads to, because organisers may enter any. */
export function JoinOnline({ link }: { link: string | null }) {
  const outside = outsideLink(link)
  if (!outside) return null
  return (
    <Stack gap={4}>
      <Button component="a" href={outside.href} target="_blank" rel="noreferrer">
        Join online
      </Button>
      <Text size="sm" c="dimmed" ta="center" style={{ overflowWrap: 'anywhere' }}>
        Opens {outside.host}
      </Text>
    </Stack>
  )
}
