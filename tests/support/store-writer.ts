// A process that writes to the store in the directory it is given until it is killed, and says on standard output
// what was acknowledged (`ack`) and what a watcher saw (`saw`): type, revision, key, text, one change a line. A text is a number,
// a dash and so many times x; the x are not printed, so that whoever reads keeps up.

import { once } from 'node:events';
import { SqliteStore } from '../../src/store/sqlite/store.ts';
import type { Stored } from '../../src/store/store.ts';
import { put, remove } from '../conformance/store-model.ts';

// Every writer may wait for the reader at the same time.
process.stdout.setMaxListeners(0);

const [dir = '', maxEvents = '', writers = ''] = process.argv.slice(2);
const store = await SqliteStore.open(dir, { history: { maxEvents: Number(maxEvents) } });

/** Waits when the reader is slow, so that a kill comes soon after what it has read. */
async function say(word: 'ack' | 'saw', type: 'put' | 'delete', stored: Stored): Promise<void> {
  const line = `${word} ${type} ${stored.revision} ${stored.key} ${stored.value.data.text.replace(/x+$/, '')}\n`;
  if (!process.stdout.write(line)) await once(process.stdout, 'drain');
}

store.watch('pods/', store.revision, (events) => {
  for (const { type, object } of events) void say('saw', type, object);
});

/** Two keys that only ever change together, some of them removed now and then. */
async function writePairs(writer: number): Promise<never> {
  for (let round = 0; ; round++) {
    const pair = [`pods/left/${writer}`, `pods/right/${writer}`];
    const removes = round % 7 === 6;
    const length = (round * 997) % 3000;
    const text = `${length}-${'x'.repeat(length)}`;
    const written = pair.map((key) => (removes ? remove(store, key) : put(store, key, text)));
    for (const { stored, changed } of await Promise.all(written)) {
      if (stored && changed) await say('ack', removes ? 'delete' : 'put', stored);
    }
  }
}

await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => writePairs(writer)));
