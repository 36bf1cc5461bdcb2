// The process that takes a drill's faults back when its runner has died without having said that it is done. It has no other use, and nobody
// to tell: what it cannot do stays in the journal, for the next run.

import { openAccess } from '../world/open-access.ts';
import { carryOutUndo } from './undo/carry-out-undo.ts';
import type { FromGuard, GuardWatch, ToGuard } from './undo/guard-messages.ts';
import { UndoJournal } from './undo/undo-journal.ts';

let watch: GuardWatch | undefined;

process.title = 'relevo drill-guard';
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => {});
process.on('message', (message: ToGuard) => {
  if (message.type === 'done') process.exit(0);
  watch = message.watch;
  process.send?.({ type: 'watching' } satisfies FromGuard);
});
process.on('disconnect', () => {
  makeGood()
    .catch(() => {})
    .finally(() => process.exit(0));
});

async function makeGood(): Promise<void> {
  if (!watch) return;
  const journal = UndoJournal.read(watch.journal);
  const { world, close } = await openAccess(watch.access, watch);
  try {
    for (const { key, steps } of journal.entries.toReversed())
      if ((await carryOutUndo(world, steps)).length === 0) journal.done(key);
  } finally {
    await close();
  }
}
