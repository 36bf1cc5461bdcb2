// Proves that a store killed with -9 at any moment under load has, when it is opened again, everything that it acknowledged or
// showed to a watcher, nothing half done, and a history that a watcher can resume in without a gap.
// RELEVO_ROUNDS sets the number of kills (default 5); RELEVO_SEED repeats their moments.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import type { SqliteStore } from '../../src/store/sqlite/store.ts';
import type { StoreEvent } from '../../src/store/store.ts';
import { put } from '../conformance/store-model.ts';
import { withDir, withStoreIn } from '../support/store-files.ts';

const rounds = Number(process.env.RELEVO_ROUNDS ?? 5);
const seed = Number(process.env.RELEVO_SEED ?? Date.now() % 2 ** 31);
/** More changes than one round can make: each round's are then all in history. */
const maxEvents = 6000;
const writers = 16;

interface Line {
  word: string;
  type: string;
  revision: number;
  key: string;
  text: string;
}

function parse(line: string): Line {
  const [word = '', type = '', revision = '', key = '', text = ''] = line.split(' ');
  return { word, type, revision: Number(revision), key, text: text + 'x'.repeat(Number.parseInt(text, 10)) };
}

/** Runs a writer until it has said so many lines, kills it, and returns all the whole lines that it said. */
async function writeAndKill(dir: string, killAfter: number): Promise<Line[]> {
  const script = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [script, dir, String(maxEvents), String(writers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let said = '';
  let lines = 0;
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    said += chunk;
    lines += chunk.split('\n').length - 1;
    if (lines >= killAfter) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  assert.equal(signal, 'SIGKILL', 'the writer ended by itself');
  // The last piece was cut off by the kill.
  return said.split('\n').slice(0, -1).map(parse);
}

function eventsSince(store: SqliteStore, revision: number): StoreEvent[] {
  const events: StoreEvent[] = [];
  store.watch('pods/', revision, (batch) => events.push(...batch)).close();
  return events;
}

const brief = ({ type, object }: StoreEvent) => `${type} ${object.revision} ${object.json}`;

function checkLines(lines: readonly Line[], events: readonly StoreEvent[]): void {
  const byRevision = new Map(events.map((event) => [event.revision, event]));
  for (const { word, type, revision, key, text } of lines) {
    const event = byRevision.get(revision);
    const found = [event?.type, event?.key, event?.object.value.data.text];
    assert.deepEqual(found, [type, key, text], `revision ${revision}, ${word}, is not there as it was`);
  }
}

/** The events are in order, continue the state `live`, and lead to what the store shows. */
function checkEvents(store: SqliteStore, events: readonly StoreEvent[], live: Map<string, string>): void {
  let last = 0;
  for (const { type, key, revision, object, previous } of events) {
    assert.ok(revision > last, `revision ${revision} comes after ${last}`);
    last = revision;
    assert.equal(previous?.json, live.get(key));
    if (type === 'put') live.set(key, object.json);
    else live.delete(key);
  }
  const shown = store.list('pods/').items.map(({ key, json }): [string, string] => [key, json]);
  assert.deepEqual(new Map(shown), new Map([...live].sort()));
}

/** Both of a pair are written in one turn: after a crash there are both or neither. */
function checkPairs(store: SqliteStore): void {
  for (let writer = 0; writer < writers; writer++) {
    const [left, right] = ['left', 'right'].map(
      (side) => store.get(`pods/${side}/${writer}`)?.value.data.text,
    );
    assert.equal(left, right);
  }
}

test(`no kill loses an acknowledged write (${rounds} rounds, RELEVO_SEED=${seed})`, () =>
  withDir(async (dir) => {
    const live = new Map<string, string>();
    const moments = fc.sample(fc.tuple(fc.integer({ min: 1, max: 1500 }), fc.nat()), {
      seed,
      numRuns: rounds,
    });
    let revision = 0;
    for (const [killAfter, pick] of moments) {
      const lines = await writeAndKill(dir, killAfter);
      revision = await withStoreIn(
        dir,
        async (store) => {
          const events = eventsSince(store, revision);
          checkLines(lines, events);
          checkEvents(store, events, live);
          checkPairs(store);
          const resumed = lines[pick % lines.length]?.revision ?? revision;
          assert.deepEqual(
            eventsSince(store, resumed).map(brief),
            events.filter((event) => event.revision > resumed).map(brief),
          );
          const { stored } = await put(store, 'nodes/next');
          const seen = Math.max(...lines.map((line) => line.revision));
          assert.ok((stored?.revision ?? 0) > seen, `revision ${stored?.revision} after ${seen} was seen`);
          return store.revision;
        },
        { history: { maxEvents } },
      );
    }
  }));
