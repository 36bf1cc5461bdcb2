// A cluster in the background: the same as in the foreground, in a process that outlives the shell. It tells whoever started it how the
// start goes; from then on it is reached over the cluster's socket.

import { aborted } from '../base/aborted.ts';
import { ClusterDir } from '../machinery/cluster-dir.ts';
import { oneLine } from '../machinery/supervised-messages.ts';
import { type ClusterEvent, type ClusterInfo, type ClusterOptions, startCluster } from './cluster.ts';

export interface BackgroundConfig {
  readonly name: string;
  readonly home: string;
  readonly data: string;
  readonly options: ClusterOptions;
}

export type BackgroundMessage =
  | { readonly event: ClusterEvent }
  | { readonly ready: ClusterInfo }
  | { readonly failed: string };

const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => ending.abort());
// The shell it was started from may be closed.
process.on('SIGHUP', () => {});
// A full disk costs lines of the log, not the cluster.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
// Who started it gave up before it was ready.
process.once('disconnect', () => ending.abort());
process.once('message', (config: BackgroundConfig) => void run(config));

async function run({ name, home, data, options }: BackgroundConfig): Promise<void> {
  try {
    const dir = new ClusterDir(name, { home, data });
    const cluster = await startCluster(dir, options, tell, ending.signal);
    await say({ ready: cluster.info });
    process.removeAllListeners('disconnect');
    if (process.connected) process.disconnect();
    await aborted(ending.signal);
    await cluster.close();
    process.exit(0);
  } catch (error) {
    await say({ failed: oneLine(error) });
    process.exit(1);
  }
}

/** To its log too: whoever started it may be gone. */
function tell(event: ClusterEvent): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  void say({ event });
}

function say(message: BackgroundMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
