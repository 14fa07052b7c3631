import { Textarea, type TextareaProps, TextInput, type TextInputProps } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { lengthFault, roomInWords } from '#web/lib/text/text-length.ts'

/** Forms pass `value` with their other properties. */
type Counted = { max: number; value?: string }

/** A text area that says how much room is left, near the end. Nothing is cut off: text that is too long is a fault. */
export function CountedTextarea({ max, ...props }: TextareaProps & Counted) {
  return <Textarea {...props} {...useCount<HTMLTextAreaElement>({ max, ...props })} />
}

/** The same for a single line. */
export function CountedInput({ max, ...props }: TextInputProps & Counted) {
  return <TextInput {...props} {...useCount<HTMLInputElement>({ max, ...props })} />
}

type Field = Counted & { description?: ReactNode; error?: ReactNode }

function useCount<E extends HTMLInputElement | HTMLTextAreaElement>({ max, value = '', ...field }: Field) {
  const ref = useRef<E>(null)
  const fault = lengthFault(value, max)
  // Forms that leave validation to the browser are not sent either.
  useEffect(() => ref.current?.setCustomValidity(fault ?? ''), [fault])
  const room = roomInWords(value, max)
  const described = [field.description, room && <span role="status">{room}</span>].filter(Boolean)
  return {
    ref,
    error: field.error ?? fault,
    description:
      described.length > 0 ? described.map((part, i) => <div key={String(i)}>{part}</div>) : undefined,
  }
}
