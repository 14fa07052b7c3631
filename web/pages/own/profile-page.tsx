import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ErrorNotice } from '#web/components/feedback/error-notice.tsx'
import { tellError } from '#web/components/feedback/toast.tsx'
import { Page } from '#web/components/layout/page.tsx'
import { Surface } from '#web/components/layout/surface.tsx'
import { ConfirmAddress } from '#web/features/account/confirm-address.tsx'
import { DeleteAccount } from '#web/features/account/delete-account.tsx'
import { MailPreferences } from '#web/features/account/mail-preferences.tsx'
import { PasswordForm } from '#web/features/account/password-form.tsx'
import { ProfileForm } from '#web/features/account/profile-form.tsx'
import { CalendarFeed } from '#web/features/calendar-feed/calendar-feed.tsx'
import { OwnSessions } from '#web/features/sessions/own-sessions.tsx'
import { download } from '#web/lib/api/download.ts'
import { useSession } from '#web/lib/api/use-session.ts'
import { longDay } from '#web/lib/format.ts'
import { accountQuery } from '#web/lib/queries/account.queries.ts'
import { fromWire } from '#web/lib/wire-time.ts'
import { paths } from '#web/paths.ts'

export function ProfilePage() {
  const user = useSession()?.user
  const { data, error, refetch } = useQuery(accountQuery)
  const navigate = useNavigate()
  const goHome = () => void navigate({ to: paths.home })
  if (!user) return null
  const since = longDay(fromWire(user.created_at), new Date())
  return (
    <Page title="Profile" lead={`With us since ${since}.`} width="narrow">
      {error && !data && <ErrorNotice error={error} retry={refetch} />}
      {!data && !error && (
        <Skeleton height={380} radius="lg" role="status" aria-label="Loading the profile" />
      )}
      {data && (
        <Stack gap="lg">
          <Section title="About you">
            {!data.account.email_verified && <ConfirmAddress email={user.email} />}
            <ProfileForm key={user.id} user={user} hasPassword={data.account.has_password} />
          </Section>
          <Section title="Password">
            <PasswordForm hasPassword={data.account.has_password} />
          </Section>
          <Section title="Where you are logged in">
            <OwnSessions onLoggedOut={goHome} />
          </Section>
          <Section title="Mails">
            <MailPreferences preferences={data.preferences} leadsEvents={data.facilitator !== null} />
          </Section>
          <CalendarFeed />
          <Section title="Your data">
            <Text c="dimmed">Download everything that we store about you, or delete your account.</Text>
            <Group gap="sm">
              <Button
                variant="default"
                onClick={() => download('/api/auth/export', 'stillpoint-account.json').catch(tellError)}
              >
                Download your data
              </Button>
              <DeleteAccount hasPassword={data.account.has_password} />
            </Group>
          </Section>
        </Stack>
      )}
    </Page>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Surface component="section" label={title} p={{ base: 'lg', sm: 'xl' }}>
      <Stack gap="md">
        <Title order={2} fz={23}>
          {title}
        </Title>
        {children}
      </Stack>
    </Surface>
  )
}
