// Times as API objects carry them.

/** RFC 3339 in UTC with whole seconds, as metav1.Time is written. */
export function timestamp(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in UTC with microseconds, as metav1.MicroTime is written. */
export function microTimestamp(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return `${text.slice(0, -1)}000Z`;
}
