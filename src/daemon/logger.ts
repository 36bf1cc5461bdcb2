// The driver of Logger that the daemons use: pino, one line of JSON each.

import { destination, pino, stdSerializers } from 'pino';
import type { LogFields, Logger } from '../base/logger.ts';

const levels = ['debug', 'info', 'warn', 'error', 'silent'];

/** To standard error, from the level in RELEVO_LOG on (default `info`). Throws for a level that there is none of. */
export function jsonLogger(level: string = process.env.RELEVO_LOG || 'info', fd = 2): Logger {
  if (!levels.includes(level)) {
    throw new Error(`RELEVO_LOG must be one of ${levels.join(', ')}, but is "${level}"`);
  }
  const options = {
    level,
    // Whose process it is, the file's name says.
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    messageKey: 'message',
    serializers: { error: stdSerializers.err },
  };
  // Not asynchronously: the last lines before a kill -9 are the ones that matter.
  return adapted(pino(options, destination({ fd, sync: true })));
}

function adapted(lines: pino.Logger): Logger {
  return {
    debug: (message, fields) => lines.debug(fields, message),
    info: (message, fields) => lines.info(fields, message),
    warn: (message, fields) => lines.warn(fields, message),
    error: (message, fields) => lines.error(fields, message),
    child: (fields: LogFields) => adapted(lines.child(fields)),
  };
}
