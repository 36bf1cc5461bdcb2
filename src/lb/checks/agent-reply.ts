// What a server's agent says of it, in HAProxy's agent protocol: one line of words between blanks and commas.

export interface AgentReply {
  /** Of the configured weight, 0 to 25,600. */
  readonly weightPercent?: number;
  /** 1 or more. */
  readonly maxconn?: number;
  /** What the operator of the server wants. */
  readonly admin?: 'ready' | 'drain' | 'maint';
  /** How it is. `failed` and `stopped` are as `down`, for people. */
  readonly health?: 'up' | 'down' | 'failed' | 'stopped';
  /** What follows a word for its health or a hash, for people. */
  readonly description?: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Up to the first line end. Words that are unknown or out of range are passed over, as HAProxy does; of two of a kind the last counts. */
export function parseAgentReply(text: string): AgentReply {
  const [line = ''] = text.split(/[\r\n]/, 1);
  const [words = '', ...description] = line.split('#');
  const reply: Writable<AgentReply> = {};
  for (const word of words.toLowerCase().split(/[\s,]+/)) readWord(reply, word);
  if (description.length > 0) reply.description = description.join('#').trim();
  return reply;
}

function readWord(reply: Writable<AgentReply>, word: string): void {
  const [, percent] = /^(\d{1,5})%$/.exec(word) ?? [];
  const [, maxconn] = /^maxconn:(\d{1,9})$/.exec(word) ?? [];
  if (percent !== undefined) reply.weightPercent = Math.min(25_600, Number(percent));
  else if (maxconn !== undefined && Number(maxconn) > 0) reply.maxconn = Number(maxconn);
  else if (word === 'ready' || word === 'drain' || word === 'maint') reply.admin = word;
  else if (word === 'up' || word === 'down' || word === 'failed' || word === 'stopped') reply.health = word;
}
