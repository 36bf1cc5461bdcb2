// node-init as a process: one per node, started by the runtime, alive until it is told to end or its keeper is gone.

import { rmSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { systemClock } from '../../base/clock.ts';
import { processIdentity } from '../../base/process-identity.ts';
import { replaceFile } from '../../base/replace-file.ts';
import type { NodeInitAddress, NodeInitConfig } from './node-init/messages.ts';
import { NodeInit } from './node-init/node-init.ts';

/** How late a keeper's death is noticed at most. */
const keeperCheckMs = 250;

const config: NodeInitConfig = JSON.parse(process.argv[2] ?? '');
const addressFile = path.join(config.folder, 'init.json');

process.title = 'relevo node-init';
const init = new NodeInit({ ...config, clock: systemClock });
// Even an exit that nobody planned leaves nothing running.
process.on('exit', () => init.killAll());
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void leave());

const socket = await init.listen();
const identity = processIdentity(process.pid) ?? '';
replaceFile(
  addressFile,
  JSON.stringify({ pid: process.pid, identity, socket, limits: init.limits } satisfies NodeInitAddress),
  0o600,
);
if (config.keeper) watchKeeper(config.keeper);
// Node does so when it exits; the next one is to have it even when this one is killed.
flushCompileCache();
// Whoever started this waits for it, and may be gone already.
process.send?.('ready', () => {
  if (process.connected) process.disconnect();
});

function watchKeeper(keeper: { pid: number; identity: string }): void {
  setInterval(() => {
    if (processIdentity(keeper.pid) !== keeper.identity) void leave();
  }, keeperCheckMs);
}

async function leave(): Promise<void> {
  await init.close();
  rmSync(addressFile, { force: true });
  process.exit(0);
}
