// What a supervisor and its children say to each other over the IPC channel. Nothing here that is not plain JSON.

/** The supervisor's first and only message. */
export interface Assignment {
  readonly name: string;
  readonly config: unknown;
}

/** What a child says, once: that it serves, or in one line why it cannot. */
export type Announcement = { readonly ready: unknown } | { readonly failed: string };

/** The message of an error in one line, its causes included where they add something. */
export function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\s*\n\s*/g, ' ').trim() || 'unknown error';
}
