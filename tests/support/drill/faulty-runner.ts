// A runner of drills that injects faults on a cluster, says when all are proven, and waits to be killed. Arguments: RELEVO_HOME, and for each
// fault its name and its parameters as JSON.

import { FaultWorld } from './fault-world.ts';

const [home = '', ...words] = process.argv.slice(2);
const at = await FaultWorld.open(home, 'faulty');
while (words.length > 0) {
  const [name = '', parameters = '{}'] = words.splice(0, 2);
  const { victims } = await at.inject(name, JSON.parse(parameters));
  process.stdout.write(`${name} ${JSON.stringify(victims)}\n`);
}
process.stdout.write('all proven\n');
setInterval(() => {}, 60_000);
