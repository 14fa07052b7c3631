import Type from 'typebox'
import { Nullable } from '#shared/http/schemas/schemas.ts'

export const Settings = Type.Object(
  {
    google_client_id: Nullable(
      Type.String({ description: 'Null when nobody can sign in with Google here.' }),
    ),
    currency: Type.String({ description: 'What prices are in, an ISO 4217 code.', examples: ['EUR'] }),
    studio_timezone: Nullable(
      Type.String({
        description: 'The IANA zone that new events are proposed in. Null when none is set.',
        examples: ['Europe/Berlin'],
      }),
    ),
    sends_mail: Type.Boolean({
      description: 'False with MAIL=off: nobody is written to, and passwords are not reset by mail.',
    }),
  },
  { title: 'Settings' },
)
