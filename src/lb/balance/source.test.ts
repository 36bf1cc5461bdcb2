import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fits } from '../../../tests/support/lb/chi-square.ts';
import { hash32 } from './hash.ts';
import { type HashedServer, SourceHash } from './source.ts';

const clients = Array.from({ length: 4_000 }, (_, index) => hash32(`10.0.${index >> 8}.${index & 255}`));
const everyone = () => true;

const anyServers = fc
  .uniqueArray(fc.uuid(), { minLength: 2, maxLength: 8 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(id), weight: fc.integer({ min: 1, max: 4 }) }))),
  );

function homes(servers: readonly HashedServer[], accepts: (id: string) => boolean = everyone) {
  const source = new SourceHash(servers);
  return clients.slice(0, 500).map((hash) => source.lookup(hash, accepts));
}

test('a server that goes moves its own clients and nobody else', () => {
  fc.assert(
    fc.property(anyServers, (servers) => {
      const lost = servers[0] as HashedServer;
      const before = homes(servers);
      const after = homes(servers.slice(1));
      before.forEach((home, client) => {
        if (home === lost.id) assert.notEqual(after[client], lost.id);
        else assert.equal(after[client], home);
      });
    }),
    { numRuns: 50 },
  );
});

test('a server that is not accepted is as one that is not there', () => {
  fc.assert(
    fc.property(anyServers, (servers) => {
      const lost = servers[0] as HashedServer;
      const refused = homes(servers, (id) => id !== lost.id);
      assert.deepEqual(refused, homes(servers.slice(1)));
    }),
    { numRuns: 50 },
  );
});

test('where a server is in the list does not matter', () => {
  fc.assert(
    fc.property(anyServers, (servers) => assert.deepEqual(homes(servers), homes(servers.toReversed()))),
    { numRuns: 50 },
  );
});

test('servers whose ids have one hash are told apart alike in every order', () => {
  const twins = ['pod-250176', 'pod-1254140'].map((id) => ({ id, weight: 1 }));
  assert.equal(hash32(twins[0]?.id ?? ''), hash32(twins[1]?.id ?? ''));
  assert.deepEqual(homes(twins), homes(twins.toReversed()));
});

test('a server that gains weight gains clients and loses none', () => {
  fc.assert(
    fc.property(anyServers, (servers) => {
      const [first, ...others] = servers as [HashedServer, ...HashedServer[]];
      const after = homes([{ ...first, weight: first.weight + 3 }, ...others]);
      homes(servers).forEach((home, client) => {
        if (home !== after[client]) assert.equal(after[client], first.id);
      });
    }),
    { numRuns: 50 },
  );
});

test('clients are spread by weight (chi-square)', () => {
  const weights = [1, 1, 2, 4, 8];
  const servers = weights.map((weight, index) => ({ id: `pod-uid-${index}`, weight }));
  const source = new SourceHash(servers);
  const found = clients.map((hash) => source.lookup(hash, everyone));
  const counts = servers.map(({ id }) => found.filter((home) => home === id).length);
  const shares = weights.map((weight) => weight / 16);
  assert.ok(fits(counts, shares), counts.join(' '));
});

test('nobody is found among servers that nobody accepts or that have no weight', () => {
  const source = new SourceHash([{ id: 'a', weight: 0 }]);
  assert.equal(source.lookup(1, everyone), undefined);
  assert.equal(
    new SourceHash([{ id: 'a', weight: 1 }]).lookup(1, () => false),
    undefined,
  );
});

test('hashes stay what they are, from release to release', () => {
  assert.deepEqual(['', '10.0.0.1', '::1'].map(hash32), [2872998923, 2931590574, 4026782422]);
});

test('near texts have hashes of which half the bits differ', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      const bits = hash32(address) ^ hash32(`${address}0`);
      const differing = (bits >>> 0).toString(2).replaceAll('0', '').length;
      return differing >= 3 && differing <= 29;
    }),
  );
});
