/** What a mail says, without a form: `layout.ts` makes text and HTML of it. Texts are plain, and escaped there. */
export type Letter = {
  subject: string
  /** The first line, which mail programs show beside the subject. */
  heading: string
  blocks: Block[]
  /** The one thing to do. `path` is a page of the web app. */
  action: { label: string; path: string } | undefined
  /** Why the person gets it. */
  footnote: string
  /** A part of the text that lets people in: what is kept of the mail, for admins and the export, does not have it. */
  secret?: string
  /** An iCalendar file. */
  calendar?: string
  /** The `sequence` of the event that the mail tells of. What has changed since, a mail about a move tells. */
  event_sequence?: number
}

export type Block =
  | { type: 'paragraph'; text: string }
  /** What somebody wrote, on as many lines as they did. */
  | { type: 'quote'; text: string }
  | { type: 'facts'; facts: Fact[] }
  | { type: 'list'; items: string[] }

/** `was`: struck through, before the new value. */
export type Fact = { label: string; value: string; was?: string; href?: string | undefined }

/** The mail is no longer true. `dropped` says why, to admins. */
export type Dropped = { dropped: string }

export const isDropped = (outcome: Letter | Dropped): outcome is Dropped => 'dropped' in outcome

export const paragraph = (text: string): Block => ({ type: 'paragraph', text })
