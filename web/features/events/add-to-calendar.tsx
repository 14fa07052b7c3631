import { Button, Menu } from '@mantine/core'
import { IconBrandGoogle, IconCalendarPlus, IconDownload } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { tellError } from '#web/components/feedback/toast.tsx'
import type { Event } from '#web/lib/api/contract.ts'
import { download } from '#web/lib/api/download.ts'
import { paths } from '#web/paths.ts'
import { googleCalendarLink } from './calendar-link.ts'

export function AddToCalendar({ event }: { event: Event }) {
  const { href } = useRouter().buildLocation({ to: paths.event, params: { id: String(event.id) } })
  const page = new URL(href, window.location.origin).href
  const save = () =>
    download(`/api/events/${event.id}/calendar.ics`, `event-${event.id}.ics`).catch(tellError)
  return (
    <Menu position="bottom-start" width={230}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconCalendarPlus size={18} stroke={1.6} />}>
          Add to calendar
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconDownload size={18} stroke={1.6} />} onClick={save}>
          Calendar file (.ics)
        </Menu.Item>
        <Menu.Item
          component="a"
          href={googleCalendarLink(event, page)}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconBrandGoogle size={18} stroke={1.6} />}
        >
          Google Calendar
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
