import { Stack, Text, Title } from '@mantine/core'
import classes from './verdict.module.css'

/** How something that runs by itself is doing, as a title and a sentence. */
export type Verdict = { tone: 'good' | 'waiting' | 'bad'; title: string; text: string }

export function VerdictText({ tone, title, text }: Verdict) {
  return (
    <Stack gap={4} role="status">
      <Title order={2} className={classes.title} data-tone={tone}>
        {title}
      </Title>
      <Text c="dimmed" maw="60ch">
        {text}
      </Text>
    </Stack>
  )
}
