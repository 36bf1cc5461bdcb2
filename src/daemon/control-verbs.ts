// What the supervisor of a cluster does for verbs in other shells, with the API dead too.

import type { ControlVerbs } from '../machinery/control-socket.ts';
import type { Supervisor } from '../machinery/supervisor.ts';

const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'] as const;

/** `list` gives ChildStatus[]; `kill` takes {name, signal}; `stop` takes {name}. */
export function controlVerbs(supervisor: Supervisor): ControlVerbs {
  return {
    list: () => supervisor.list(),
    kill(input) {
      const { name, signal = 'SIGKILL' } = fields(input);
      const known = signals.find((each) => each === signal);
      if (!known) throw new Error(`"${signal}" is none of ${signals.join(', ')}`);
      supervisor.kill(name, known);
    },
    stop: (input) => supervisor.stop(fields(input).name),
  };
}

function fields(input: unknown): { name: string; signal?: string } {
  const { name, signal } = (input ?? {}) as Record<string, unknown>;
  return { name: String(name), ...(signal === undefined ? {} : { signal: String(signal) }) };
}
