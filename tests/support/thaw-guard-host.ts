// A process with a thaw guard, to be killed by a test: says so when it is there. Arguments: the guard's file, then pids.

import { guardFrozen } from '../../src/daemon/thaw-guard.ts';

const [file = '', ...pids] = process.argv.slice(2);
guardFrozen(file, pids.map(Number));
process.stdout.write('guarded\n');
setInterval(() => {}, 60_000);
