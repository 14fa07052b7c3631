import Type from 'typebox'

export const IdempotencyHeader = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description:
        'Makes a retry safe: for 48 hours the same key and body do nothing again and give the first answer. A refusal is judged anew.',
    }),
  ),
})
