import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptNames, type ClaimedNames, claimNames } from './naming.ts';

const wanted = { plural: 'toys', singular: 'toy', kind: 'Toy', listKind: 'ToyList', shortNames: ['t', 'ty'] };

function claimedBy(...names: Parameters<typeof claimNames>[1][]): ClaimedNames {
  const claimed: ClaimedNames = { resources: new Set(), kinds: new Set() };
  for (const name of names) claimNames(claimed, name);
  return claimed;
}

describe('the names of a definition', () => {
  it('are all accepted when nobody else has them', () => {
    assert.deepEqual(acceptNames(wanted, {}, claimedBy()), { accepted: wanted, conflict: undefined });
  });

  it('are kept when somebody else wants them later', () => {
    assert.equal(acceptNames(wanted, wanted, claimedBy({ plural: 'toys', kind: 'Toy' })).conflict, undefined);
  });

  const conflicts: [
    what: string,
    taken: Parameters<typeof claimNames>[1],
    reason: string,
    message: string,
  ][] = [
    ['a plural', { plural: 'toys' }, 'PluralConflict', '"toys" is already in use'],
    ['a singular', { plural: 'toy' }, 'SingularConflict', '"toy" is already in use'],
    ['a short name', { shortNames: ['ty'] }, 'ShortNamesConflict', '"ty" is already in use'],
    [
      'several short names',
      { shortNames: ['ty', 't'] },
      'ShortNamesConflict',
      '["t" is already in use, "ty" is already in use]',
    ],
    ['a kind', { kind: 'Toy' }, 'KindConflict', '"Toy" is already in use'],
    ['a list kind', { kind: 'ToyList' }, 'ListKindConflict', '"ToyList" is already in use'],
  ];
  for (const [what, taken, reason, message] of conflicts) {
    it(`are not accepted while somebody has ${what}`, () => {
      assert.deepEqual(acceptNames(wanted, {}, claimedBy(taken)).conflict, { reason, message });
    });
  }

  it('are accepted as far as they are free', () => {
    const { accepted } = acceptNames(wanted, {}, claimedBy({ shortNames: ['t'], kind: 'Toy' }));
    assert.deepEqual(accepted, { plural: 'toys', singular: 'toy', listKind: 'ToyList', kind: '' });
  });

  it('stay what they were where a new one is taken', () => {
    const { accepted } = acceptNames(
      { ...wanted, shortNames: ['x'] },
      wanted,
      claimedBy({ shortNames: ['x'] }),
    );
    assert.deepEqual(accepted.shortNames, ['t', 'ty']);
  });
});
