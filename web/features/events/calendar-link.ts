import type { Event } from '#web/lib/api/contract.ts'

type Shown = Pick<
  Event,
  'title' | 'description' | 'start_datetime' | 'end_datetime' | 'location' | 'virtual_link'
>

/** An address of Google Calendar that opens a new entry with these values. */
export function googleCalendarLink(event: Shown): string {
  const { title, description, location, virtual_link } = event
  const url = new URL('https://calendar.google.com/calendar/render')
  const given = {
    action: 'TEMPLATE',
    text: title,
    dates: `${compact(event.start_datetime)}/${compact(event.end_datetime)}`,
    details: [description, virtual_link].filter(Boolean).join('\n\n'),
    location: location ?? virtual_link ?? '',
  }
  for (const [name, value] of Object.entries(given)) if (value) url.searchParams.set(name, value)
  return url.href
}

const compact = (wire: string) => `${wire.replaceAll(/[-:]/g, '')}Z`
