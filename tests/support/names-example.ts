// A child for tests that asks its parent for the names that the parent sends, and sends back what it hears.

import type { OutsideType } from '../../src/base/outside-names.ts';
import { resolveInSupervisor } from '../../src/machinery/names-broker.ts';

process.on('message', (message: { ask?: [name: string, type: OutsideType][] }) => {
  if (message.ask) void askAll(message.ask);
});
process.once('disconnect', () => process.exit());

async function askAll(asked: [name: string, type: OutsideType][]): Promise<void> {
  const answers = asked.map(([name, type]) =>
    resolveInSupervisor(name, type).catch((error: Error) => ({ failed: error.message })),
  );
  process.send?.({ heard: await Promise.all(answers) });
}
