import type { Db } from '#booking/database/database.ts'
import type { App } from '#shared/http/app.ts'
import { errorResponses } from '#shared/http/schemas/schemas.ts'
import type { Clock } from '#shared/lib/clock.ts'
import { NoticeList, NoticesSeen, SeeNotices } from './notice.schema.ts'
import * as noticeStore from './notice.store.ts'
import { readNoticeId } from './notice-id.rules.ts'

const tags = ['Notices']

export function noticeRoutes(app: App, { db, clock }: { db: Db; clock: Clock }): void {
  app.get(
    '/api/notices',
    {
      schema: {
        tags,
        summary: 'Get Notices',
        description:
          'What others have changed about the caller’s seats and places in line in the last 30 days, until it was seen, and what was written to everybody of their events. Only what is still true.',
        response: { 200: NoticeList, ...errorResponses(401) },
      },
    },
    async ({ caller }) => ({
      notices: await noticeStore.list(db, { user_id: caller.id, now: clock.now() }),
    }),
  )

  app.put(
    '/api/notices/seen',
    {
      schema: {
        tags,
        summary: 'Mark Notices as Seen',
        description:
          'On every device of the caller. Ids that are none of the caller’s notices change nothing.',
        body: SeeNotices,
        response: { 200: NoticesSeen, ...errorResponses(401) },
      },
    },
    async ({ caller, body }) => {
      const keys = body.ids.map(readNoticeId).filter((key) => key !== undefined)
      await noticeStore.markSeen(db, { user_id: caller.id, now: clock.now() }, keys)
      return { message: 'The notices are marked as seen' }
    },
  )
}
