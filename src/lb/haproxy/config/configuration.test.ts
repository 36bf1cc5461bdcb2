import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { backendOf, frontendOf, modelOf, serverOf } from '../../../../tests/support/lb/models.ts';
import { temporaryFolder } from '../../../../tests/support/temporary-folder.ts';
import { runProgram } from '../../../base/run-program.ts';
import type { LbModel } from '../../model.ts';
import { EntryBook } from '../entries.ts';
import { configurationText, filesOf, mapsOf, type Setting, structureOf } from './configuration.ts';
import { cookieMap } from './persistence.ts';
import { exactMap, prefixMap } from './routes.ts';
import { configLine } from './server-line.ts';

const backend = 'default/web:http';
const a = serverOf({ name: 'a', port: 1 });

function settingOf(model: LbModel): Setting {
  const entries = new EntryBook().of(model);
  const binds = new Map(
    model.frontends.map(({ name, binds: [bind] }, index) => [
      name,
      bind ? [{ bind, descriptor: index + 3, names: [] }] : [],
    ]),
  );
  return { model, entries, binds, threads: 1, hasLua: true };
}

function textOf(model: LbModel): string {
  const setting = settingOf(model);
  const lines = ({ name }: { name: string }) =>
    (setting.entries.get(name) ?? []).map((entry) => configLine(entry, false));
  return configurationText(setting, lines, false);
}

/** HAProxy's verdict; sockets are made by it, since there are none to inherit. */
async function accepts(folder: string, model: LbModel): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of filesOf(settingOf(model), [])) writeFileSync(path.join(folder, name), text);
  const text = textOf(model).replace(/bind fd@(\d+)/g, 'bind unix@socket-$1');
  writeFileSync(path.join(folder, 'haproxy.cfg'), text);
  await runProgram(['haproxy', '-c', '-C', folder, '-f', path.join(folder, 'haproxy.cfg')]);
}

const hostile = `it's "x"\\ %[src] #\n  user root\n`;

test('HAProxy takes what any text of a model becomes, and nothing of it becomes a line', async (t) => {
  const model = modelOf(
    [
      frontendOf(1, {
        name: `f ${hostile}`,
        routes: [
          {
            host: `h${hostile}`,
            path: { type: 'prefix', value: `/${hostile}` },
            action: { type: 'backend', backend: hostile },
            rewritePath: `/${hostile}`,
            requestHeaders: [{ action: 'set', name: 'X-A', value: hostile }],
            responseHeaders: [{ action: 'add', name: 'X-B', value: hostile }],
          },
          { path: { type: 'exact', value: '/x' }, action: { type: 'respond', status: 404, reason: hostile } },
          { action: { type: 'redirect', scheme: 'https', port: 8_443 } },
        ],
        trustedProxies: ['10.0.0.0/8', 'fd00::/8'],
        proxyProtocolFrom: ['192.0.2.1/32'],
        limits: { headBytes: 8_192, headers: 10, bodyBytes: 100 },
        defaultBackend: hostile,
      }),
    ],
    [
      backendOf([serverOf({ name: hostile, port: 1 }), { ...a, address: 'fd00::1', role: 'backup' }], {
        name: hostile,
        check: {
          http: {
            path: '/a b',
            host: hostile,
            expect: '200-299',
            header: { name: 'X-H', value: hostile },
            body: hostile,
          },
          ...{ interMs: 100, timeoutMs: 100, rise: 1, fall: 1, agent: { port: 1, interMs: 1_000 } },
        },
        persistence: { name: 'JSESSIONID', mode: 'prefix' },
        sorry: {
          retryAfterSeconds: 1,
          variants: [
            { contentType: 'text/html', language: 'es', body: hostile },
            { contentType: `x/y${hostile}`, body: hostile },
          ],
        },
        backup: {
          ...{ whenReadyBelow: 1, whenBusyAbove: 1, busyForMs: 1, releaseBusyBelow: 1, releaseAfterMs: 1 },
          ...{ start: 'hot', slowstart: true },
        },
        ...{ affinityMs: 1_000, slowstartMs: 1_000, maxconn: 5, minconn: 1, fullconn: 10 },
        maintenanceUntil: 1,
      }),
    ],
  );
  await accepts(path.join(temporaryFolder(t), 'it'), model);
  assert.doesNotMatch(textOf(model), /^\s*user root/m);
});

test('HAProxy takes every balance, both modes and both kinds of cookies', async (t) => {
  const backends = (['roundrobin', 'leastconn', 'source', 'random', 'first'] as const).flatMap((balance) => [
    backendOf([a], { name: `h/${balance}`, balance, persistence: { name: 'SRV', mode: 'insert' } }),
    backendOf([a], { name: `t/${balance}`, balance, mode: 'tcp', affinityMs: 1 }),
  ]);
  const frontends = [
    frontendOf(1, { defaultBackend: 'h/first' }),
    frontendOf(2, { name: 't', mode: 'tcp', defaultBackend: 't/first' }),
  ];
  await accepts(path.join(temporaryFolder(t), 'it'), modelOf(frontends, backends));
});

test('what is to come is waited for where HAProxy has Lua, behind every balance', async (t) => {
  const rule = { whenReadyBelow: 1, whenBusyAbove: 1, busyForMs: 1, releaseBusyBelow: 1, releaseAfterMs: 1 };
  const cold = { backup: { ...rule, start: 'cold', slowstart: false } } as const;
  const backends = (['roundrobin', 'leastconn', 'source', 'random', 'first'] as const).map((balance) =>
    backendOf([a], { name: balance, balance, ...cold }),
  );
  const model = modelOf([frontendOf(1, { defaultBackend: 'first' })], backends);
  await accepts(path.join(temporaryFolder(t), 'it'), model);
  assert.match(textOf(model), /server waiting_room /);
  const without = { ...settingOf(model), hasLua: false };
  assert.doesNotMatch(
    configurationText(without, () => [], false),
    /lua|waiting_room/,
  );
  assert.ok(!filesOf(without, []).has('waiting-room.lua'));
});

test('servers, weights, pages that wait and plain routes need no other process; rules and pages do', () => {
  const model = modelOf(
    [frontendOf(1, { routes: [{ host: 'x.org', action: { type: 'backend', backend } }] })],
    [backendOf([a])],
  );
  const structure = structureOf(settingOf(model));
  const [frontend = frontendOf(1)] = model.frontends;
  const same = [
    { ...model, backends: [backendOf([{ ...a, weight: 9, port: 7 }, serverOf({ name: 'b', port: 2 })])] },
    { ...model, backends: [backendOf([a], { sorry: { retryAfterSeconds: 99, variants: [] } })] },
    {
      ...model,
      frontends: [
        { ...frontend, routes: [{ host: 'y.org', action: { type: 'backend', backend } as const }] },
      ],
    },
  ];
  for (const other of same) assert.equal(structureOf(settingOf(other)), structure);
  const others = [
    { ...model, backends: [backendOf([a], { balance: 'leastconn' })] },
    {
      ...model,
      backends: [
        backendOf([a], {
          sorry: { retryAfterSeconds: 5, variants: [{ contentType: 'text/html', body: 'x' }] },
        }),
      ],
    },
    { ...model, frontends: [{ ...frontend, defaultBackend: undefined }] },
  ];
  for (const other of others) assert.notEqual(structureOf(settingOf(other)), structure);
});

test('routes are entries of two maps, by frontend, host and path', () => {
  const to = (name: string) => ({ type: 'backend', backend: name }) as const;
  const model = modelOf(
    [
      frontendOf(1, {
        routes: [
          { host: 'x.org', path: { type: 'exact', value: '/a' }, action: to('one') },
          { host: '*.x.org', path: { type: 'prefix', value: '/b/' }, action: to('two') },
          { action: to('three') },
        ],
      }),
    ],
    [],
  );
  const maps = mapsOf(settingOf(model));
  assert.deepEqual([...(maps.get(exactMap) ?? [])], [['web|x.org|/a', 'one']]);
  assert.deepEqual(
    [...(maps.get(prefixMap) ?? [])],
    [
      ['web|.x.org|/b/', 'two'],
      ['web|*|', 'three'],
    ],
  );
});

test('a cookie leads to the server of its id, a backup to the entry that keeps persisted users', () => {
  const rule = { whenReadyBelow: 1, whenBusyAbove: 1, busyForMs: 1, releaseBusyBelow: 1, releaseAfterMs: 1 };
  const homes = (port: number) =>
    mapsOf(
      settingOf(
        modelOf(
          [],
          [
            backendOf([{ ...a, port }, serverOf({ name: 'b', port: 2 }, { role: 'backup' })], {
              persistence: { name: 'SRV', mode: 'insert' },
              backup: { ...rule, start: 'hot', slowstart: false },
            }),
          ],
        ),
      ),
    ).get(cookieMap);
  assert.deepEqual(homes(1), homes(2));
  assert.deepEqual(
    [...(homes(1)?.values() ?? [])].map((entry) => entry.replace(/\.[0-9a-f]{10}/, '')).toSorted(),
    ['a', 'b.twin'],
  );
});
