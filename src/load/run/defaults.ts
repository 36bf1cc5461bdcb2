// What is in force where a plan says nothing.

/** Of HttpRequest.connectMs: for the name and the connection. */
export const defaultConnectMs = 10_000;
/** Of HttpRequest.responseMs: for each wait for something of the answer. */
export const defaultResponseMs = 60_000;
