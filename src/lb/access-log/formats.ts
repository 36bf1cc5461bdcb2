// How a request is written down.

/** `httplog`: a line as HAProxy's `option httplog` has it. `json`: an object in a line. */
export const accessLogFormats = ['httplog', 'json'] as const;
export type AccessLogFormat = (typeof accessLogFormats)[number];
