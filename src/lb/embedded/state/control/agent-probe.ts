// Asks a server's agent for its weight and state: a connection, one line, and it is closed (HAProxy's agent-check).

import { connect } from 'node:net';
import { type AgentReply, parseAgentReply } from '../../../checks/agent-reply.ts';
import { reset } from '../../reset.ts';

/** Resolves with undefined when it said nothing in time: its last word stands. Never rejects. */
export type AskAgent = (address: string, port: number, timeoutMs: number) => Promise<AgentReply | undefined>;

const longestLine = 1_024;

export const askAgent: AskAgent = (address, port, timeoutMs) => {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    let text = '';
    const give = (reply: AgentReply | undefined) => {
      clearTimeout(timer);
      reset(socket);
      resolve(reply);
    };
    const timer = setTimeout(give, timeoutMs, undefined);
    socket.setEncoding('latin1').on('error', () => give(undefined));
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n') || text.length > longestLine) give(parseAgentReply(text));
    });
    socket.once('end', () => give(text === '' ? undefined : parseAgentReply(text)));
  });
};
