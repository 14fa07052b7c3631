import type { MessageAudience, WriteToEvent } from '#web/lib/api/contract.ts'
import { lengthFault } from '#web/lib/text/text-length.ts'

export type MessageValues = Required<WriteToEvent>

/** As the API has them. */
export const TEXT_MAX = { subject: 200, text: 5_000 } as const

/** Only the waiting list is proposed when nobody else is there. */
export const emptyMessage = ({ people }: MessageAudience): MessageValues => ({
  subject: '',
  text: '',
  include_waiting: people === 0,
})

export const isWritten = ({ subject, text }: MessageValues): boolean => `${subject}${text}`.trim() !== ''

/** Error messages by field. */
export function messageFaults({ subject, text }: MessageValues): { subject?: string; text?: string } {
  const tooLong = {
    subject: lengthFault(subject, TEXT_MAX.subject),
    text: lengthFault(text, TEXT_MAX.text),
  }
  return {
    ...(!subject.trim() && { subject: 'Enter a subject.' }),
    ...(!text.trim() && { text: 'Enter what you want to say.' }),
    ...(tooLong.subject && { subject: tooLong.subject }),
    ...(tooLong.text && { text: tooLong.text }),
  }
}

/** To how many a message goes. */
export const reachOf = (
  { people, waiting }: MessageAudience,
  { include_waiting }: Pick<MessageValues, 'include_waiting'>,
): number => people + (include_waiting ? waiting : 0)

/** Whether anybody could be written to. */
export const hasAudience = ({ people, waiting }: MessageAudience): boolean => people + waiting > 0

/** `1 person`, `12 people` */
export const peopleInWords = (people: number): string => (people === 1 ? '1 person' : `${people} people`)
