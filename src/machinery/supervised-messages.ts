// What a supervisor and its children say to each other over the IPC channel. Nothing here that is not plain JSON.

/** The supervisor's first message; what follows are questions (questions.ts). */
export interface Assignment {
  readonly name: string;
  readonly config: unknown;
}

/** What a child says, once: that it serves, or in one line why it cannot. */
export type Announcement = { readonly ready: unknown } | { readonly failed: string };

/** The message of an error in one line, its causes included where they add something. */
export function oneLine(error: unknown): string {
  const { message, code } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  // The system says only that something could not be written, often not even where.
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return `there is no room on the disk (${message}); make some and try again`;
  return message.replace(/\s*\n\s*/g, ' ').trim() || 'unknown error';
}
