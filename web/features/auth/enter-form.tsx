import { Anchor, Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useRef, useState } from 'react'
import { FormError } from '#web/components/feedback/form-error.tsx'
import { hasCode } from '#web/lib/api/api-error.ts'
import { useFaults } from '#web/lib/forms/form-faults.ts'
import { emailFault, newPasswordFault, PASSWORD_MIN } from '#web/lib/forms/form-rules.ts'
import { logIn, logInWithGoogle, register } from './auth.mutations.ts'
import classes from './enter-form.module.css'
import { GoogleLogIn } from './google-log-in.tsx'
import { typedPerson } from './typed-person.ts'

/** Creates an account if that is wanted, and logs in. Throws `ApiError`. */
export type Enter = () => Promise<void>

type Props = {
  id: string
  /** What the button does beyond that, `book`, and what that means, `book your seat`. */
  deed: string
  meaning: string
  isPending: boolean
  error: unknown
  onEnter: (enter: Enter, options: { onError: (error: unknown) => void }) => void
}

/** For readers without a login who want something that needs an account: both in one step. */
export function EnterForm({ id, deed, meaning, isPending, error, onEnter }: Props) {
  const [isNew, setIsNew] = useState(true)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { first_name: '', last_name: '', email: '', ...typedPerson.read(), password: '' },
    onValuesChange: ({ password: _, ...others }) => typedPerson.write(others),
    validate: {
      first_name: (text) => (!isNew || text.trim() ? null : 'Enter your first name.'),
      email: emailFault,
      password: (text) => (isNew ? newPasswordFault(text) : text ? null : 'Enter your password.'),
    },
  })
  const { ref, focusFault, showFaults } = useFaults(form)
  const registered = useRef<string>(undefined)
  const enter = async ({ first_name, last_name, ...credentials }: typeof form.values) => {
    // A repetition, after the login that followed has failed, does not register again.
    if (isNew && registered.current !== credentials.email) {
      await register({ first_name, last_name, phone: '', ...credentials })
      registered.current = credentials.email
    }
    await logIn(credentials)
    typedPerson.write(undefined)
  }
  const submit = form.onSubmit((values) => onEnter(() => enter(values), { onError: showFaults }), focusFault)
  const turn = (wanted: boolean) => {
    setIsNew(wanted)
    form.clearErrors()
  }
  const isKnown = isNew && hasCode(error, 'email_taken')
  return (
    <form
      noValidate
      id={id}
      ref={ref}
      onSubmit={(event) => {
        // Whoever asks for a seat before they have typed anything is led to the first field, not blamed for it.
        if (form.isDirty()) return submit(event)
        event.preventDefault()
        const fields = [...(ref.current?.querySelectorAll('input') ?? [])]
        fields.find(({ value }) => value === '')?.focus()
      }}
    >
      <Stack gap="md">
        <fieldset className={classes.choice} aria-label="Your account">
          <button type="button" aria-pressed={isNew} onClick={() => turn(true)}>
            New here
          </button>
          <button type="button" aria-pressed={!isNew} onClick={() => turn(false)}>
            I have an account
          </button>
        </fieldset>
        {isNew && (
          <Group grow align="flex-start" gap="sm">
            <TextInput
              label="First name"
              autoComplete="given-name"
              key={form.key('first_name')}
              {...form.getInputProps('first_name')}
            />
            <TextInput
              label="Last name"
              placeholder="Optional"
              autoComplete="family-name"
              key={form.key('last_name')}
              {...form.getInputProps('last_name')}
            />
          </Group>
        )}
        <TextInput
          label="Email"
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          description={isNew ? `${PASSWORD_MIN} characters or more` : undefined}
          autoComplete={isNew ? 'new-password' : 'current-password'}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <FormError error={error} besideFields={form.errors} />
        {isKnown && (
          <Anchor component="button" type="button" onClick={() => turn(false)}>
            Log in with this address
          </Anchor>
        )}
        <Button type="submit" size="lg" loading={isPending}>
          {isNew ? `Create account and ${deed}` : `Log in and ${deed}`}
        </Button>
        <GoogleLogIn
          logIn={(credential) => onEnter(() => logInWithGoogle(credential), { onError: () => undefined })}
        />
        <Text size="sm" c="dimmed">
          One step: with your account you also {meaning}.
        </Text>
      </Stack>
    </form>
  )
}
