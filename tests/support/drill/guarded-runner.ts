// A runner of drills that pledges to run a command, says so, and waits to be killed. Arguments: its state folder, the command's words.

import { systemClock } from '../../../src/base/clock.ts';
import { silentLogger } from '../../../src/base/logger.ts';
import { Client } from '../../../src/client/client.ts';
import { UndoKeeper } from '../../../src/drill/fault/undo/undo-keeper.ts';
import type { World } from '../../../src/drill/world/world.ts';
import { FakeApi } from '../fake-api.ts';

const [stateFolder = '', end = '', ...command] = process.argv.slice(2);
const world: World = {
  ...{ client: new Client(new FakeApi()), stateFolder, clock: systemClock, logger: silentLogger },
  mayRunCommands: true,
  // Nobody is asked for anything there.
  access: { type: 'foreign', transport: { server: 'http://127.0.0.1:9' } },
};
const keeper = await UndoKeeper.start(world, 'run');
keeper.pledge('fault 0', [{ type: 'command', command, folder: stateFolder }]);
process.stdout.write('pledged\n');
if (end === 'undone') await keeper.undoAll();
if (end === 'undone') await keeper.close();
else setInterval(() => {}, 60_000);
