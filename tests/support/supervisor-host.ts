// A process with a supervisor in it, to be killed by a test: prints the pids of its children, one JSON line. Arguments: the folder of the logs.

import { Supervisor } from '../../src/machinery/supervisor.ts';

const entry = new URL('./supervised-example.ts', import.meta.url);
const supervisor = new Supervisor({ logDir: String(process.argv[2]) });
await supervisor.start([
  { name: 'one', entry, config: {} },
  { name: 'two', entry, config: {} },
]);
process.stdout.write(`${JSON.stringify(supervisor.list().map((child) => child.pid))}\n`);
