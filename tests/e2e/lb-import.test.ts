// What `relevo lb import --as manifests` makes of an haproxy.cfg serves in a cluster: the same servers, behind a Service.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { BalancedCluster } from '../support/balanced/balanced-cluster.ts';
import { Origin } from '../support/lb/origin.ts';
import { ask, askMany, shares } from '../support/lb/user.ts';

const examples = path.join(import.meta.dirname, '../../examples/balancer');
const cluster = new BalancedCluster();
before(() => cluster.start('embedded', '--network', 'loopback'));
after(() => cluster.delete());

for (const [name, service] of [
  ['two-servers.cfg', 'webservers'],
  ['full-servers.cfg', 'servers'],
] as const) {
  test(`manifests made of ${name} serve`, async (t) => {
    const [one, two] = [await Origin.start(t, 'one'), await Origin.start(t, 'two')];
    const file = path.join(cluster.home.path, name);
    const text = readFileSync(path.join(examples, name), 'utf8');
    writeFileSync(file, text.replace(':8001', `:${one.port}`).replace(':8002', `:${two.port}`));

    await cluster.apply(await cluster.relevo('lb', 'import', '--as', 'manifests', file));
    await cluster.active(`default/${service}:main`, 2);
    const port = await cluster.nodePort(service);
    assert.deepEqual(shares(await askMany(port, 6, {}, 1)), { one: 3, two: 3 });

    await Promise.all([one.stop(), two.stop()]);
    await cluster.active(`default/${service}:main`, 0);
    const { status, headers } = await ask(port);
    assert.deepEqual([status, headers['x-relevo-outcome']], [503, 'sorry']);
  });
}
