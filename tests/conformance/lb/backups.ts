// Backups that come in before it is too late, and leave again.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { BackupRule } from '../../../src/lb/backup/activation.ts';
import type { Backend } from '../../../src/lb/model.ts';
import { eventually } from '../../support/eventually.ts';
import { EngineWorld, type Subject } from '../../support/lb/engine-world.ts';
import { quickCheck, serverOf } from '../../support/lb/models.ts';
import { Origin } from '../../support/lb/origin.ts';
import { askMany, keepAlive, shares } from '../../support/lb/user.ts';
import type { Rule } from './rules.ts';

const hot: BackupRule = {
  ...{ whenReadyBelow: 1, whenBusyAbove: 0.9, busyForMs: 100, start: 'hot', slowstart: false },
  ...{ releaseBusyBelow: 0.7, releaseAfterMs: 300 },
};
const quick = { maxconn: 4, check: quickCheck, backup: hot } as const;

interface House {
  readonly world: EngineWorld;
  readonly primaries: Origin[];
  readonly backups: Origin[];
}

async function house(t: TestContext, subject: Subject, backend: Partial<Backend> = {}): Promise<House> {
  const start = (names: string[]) => Promise.all(names.map((name) => Origin.start(t, name)));
  const primaries = await start(['p1', 'p2', 'p3']);
  const backups = await start(['b1', 'b2', 'b3']);
  const world = await EngineWorld.open(t, subject);
  const servers = [
    ...primaries.map((origin) => serverOf(origin)),
    ...backups.map((origin) => serverOf(origin, { role: 'backup' })),
  ];
  await world.apply({ servers, backend: { ...quick, ...backend } });
  await world.untilActive('p1', 'p2', 'p3');
  return { world, primaries, backups };
}

/** How often backups came in or left. */
function transitions(world: EngineWorld): number[] {
  return world.events.flatMap((event) => (event.type === 'backups' ? [event.active] : []));
}

export function backupRules(rule: Rule): void {
  rule('while primaries cope backups do nothing', async (t, subject) => {
    const { world, backups } = await house(t, subject);
    assert.equal(shares(await askMany(world.port, 60, {}, 3)).failed, undefined);
    assert.ok(backups.every(({ served }) => served === 0));
  });

  rule('one backup makes up for one lost primary, and leaves when that is back', async (t, subject) => {
    const { world, primaries } = await house(t, subject);
    await primaries[0]?.stop();
    await eventually(async () => (await world.backend()).backupsActive === 1);
    const counts = shares(await askMany(world.port, 60, {}, 3));
    assert.equal(counts.failed, undefined);
    assert.ok((counts.b1 ?? 0) + (counts.b2 ?? 0) + (counts.b3 ?? 0) > 0);
    await primaries[0]?.start();
    await eventually(async () => (await world.backend()).backupsActive === 0);
    assert.deepEqual(transitions(world), [1, 0]);
  });

  rule('backups come in when primaries are saturated, as many as are needed', async (t, subject) => {
    const { world, primaries, backups } = await house(t, subject);
    for (const origin of [...primaries, ...backups]) origin.delayMs = 150;
    const loaded = askMany(world.port, 150, {}, 16);
    await eventually(async () => (await world.backend()).backupsActive >= 1);
    const counts = shares(await loaded);
    assert.equal(counts.failed, undefined);
    assert.equal(counts['503'], undefined);
    assert.ok((counts.b1 ?? 0) > 0);
    await eventually(async () => (await world.backend()).backupsActive === 0);
  });

  rule('a short peak calls nobody', async (t, subject) => {
    const { world, primaries } = await house(t, subject, { backup: { ...hot, busyForMs: 60_000 } });
    for (const origin of primaries) origin.delayMs = 50;
    assert.equal(shares(await askMany(world.port, 60, {}, 20)).failed, undefined);
    assert.deepEqual(transitions(world), []);
  });

  rule('all primaries down: backups answer at once', async (t, subject) => {
    const { world, primaries } = await house(t, subject);
    await Promise.all(primaries.map((origin) => origin.stop()));
    const answers = await askMany(world.port, 30, {}, 6);
    const counts = shares(answers);
    assert.deepEqual(
      Object.keys(counts).filter((name) => !name.startsWith('b')),
      [],
      JSON.stringify(counts),
    );
    await eventually(async () => (await world.backend()).backupsActive === 3);
  });

  rule('a queue whose last primary dies is served by backups', async (t, subject) => {
    const { world, primaries } = await house(t, subject, {
      maxconn: 1,
      queue: { timeoutMs: 15_000, max: 100 },
      backup: { ...hot, busyForMs: 60_000 },
    });
    for (const origin of primaries) origin.delayMs = 400;
    const asked = askMany(world.port, 30, {}, 30);
    await eventually(async () => (await world.backend()).queued >= 20);
    await Promise.all(primaries.map((origin) => origin.stop()));
    const counts = shares(await asked);
    assert.equal(counts.failed, undefined);
    assert.equal(counts['503'], undefined, JSON.stringify(counts));
    assert.equal((await world.backend()).queued, 0);
  });

  rule('without a rule backups serve when no primary does, all of them', async (t, subject) => {
    const { world, primaries } = await house(t, subject, { backup: undefined });
    await primaries[0]?.stop();
    assert.ok(Object.keys(shares(await askMany(world.port, 12))).every((name) => name.startsWith('p')));
    await Promise.all(primaries.map((origin) => origin.stop()));
    await eventually(
      async () =>
        Object.keys(shares(await askMany(world.port, 30, {}, 1)))
          .toSorted()
          .join() === 'b1,b2,b3',
    );
  });

  rule('cold backups: requests wait in the queue until one is there', async (t, subject) => {
    const primary = await Origin.start(t, 'p');
    const world = await EngineWorld.open(t, subject);
    const backend = {
      ...quick,
      backup: { ...hot, start: 'cold' as const },
      queue: { timeoutMs: 15_000, max: 100 },
    };
    await world.apply({ servers: [serverOf(primary)], backend: { ...backend, expectedPrimaries: 1 } });
    await world.untilActive('p');
    await primary.stop();
    const waiting = askMany(world.port, 6, (number) => (number % 2 ? { method: 'POST', body: 'x' } : {}), 6);
    await eventually(() => world.events.some((event) => event.type === 'backups' && event.wanted >= 1));
    const backup = await Origin.start(t, 'b');
    await world.apply({ servers: [serverOf(primary), serverOf(backup, { role: 'backup' })] });
    assert.deepEqual(shares(await waiting), { b: 6 });
    assert.equal((await world.backend()).queued, 0);
  });

  rule('cold backups that do not come: the page, when the time in the queue is over', async (t, subject) => {
    const primary = await Origin.start(t, 'p');
    const world = await EngineWorld.open(t, subject);
    await world.apply({
      servers: [serverOf(primary)],
      backend: {
        ...{ ...quick, maxconn: 2, backup: { ...hot, start: 'cold' as const } },
        ...{ queue: { timeoutMs: 400, max: 100 }, expectedPrimaries: 1 },
      },
    });
    await world.untilActive('p');
    const agent = keepAlive(t, 8);
    const get = { agent, headers: { accept: 'application/json' } };
    assert.deepEqual(shares(await askMany(world.port, 8, get)), { p: 8 });
    primary.hangs = true;
    const asked = askMany(world.port, 8, get);
    await eventually(async () => (await world.backend()).queued === 6);
    await primary.stop();
    for (const answer of await asked) {
      assert.ok(!(answer instanceof Error), String(answer));
      assert.equal(answer.status, 503);
      assert.match(String(answer.headers['x-relevo-outcome']), /^(sorry|shed)$/);
      assert.match(String(answer.headers['content-type']), /^application\/json/);
    }
    const { requests, bins } = await world.frontend();
    assert.deepEqual([requests, bins.ok, bins.sorry + bins.shed], [16, 8, 8]);
  });
}
