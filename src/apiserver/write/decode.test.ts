import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  anything,
  CustomWorld,
  toy,
  toys,
  toysPath,
  toyVersion,
} from '../../../tests/support/custom-world.ts';
import { parseBody } from './decode.ts';
import { deepestBody, deepestObject, isDeeperThan } from './nesting.ts';

/** JSON text of objects within objects. */
function nested(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

const yaml = 'application/yaml';

describe('a body', () => {
  const badRequest = { code: 400, reason: 'BadRequest' };

  it('is refused when it is nested more deeply than anything real, however deeply', async () => {
    for (const levels of [deepestBody + 1, 100_000]) {
      const text = nested(levels);
      await assert.rejects(parseBody({ kind: 'text', text }, 'application/json'), badRequest);
      const list = '['.repeat(levels) + ']'.repeat(levels);
      await assert.rejects(parseBody({ kind: 'text', text: `a: ${list}` }, yaml), badRequest);
    }
    const value = JSON.parse(nested(deepestBody + 1));
    await assert.rejects(parseBody({ kind: 'value', value }, 'application/json'), badRequest);
  });

  it('is taken when it is as deep as it may be', async () => {
    const { value } = await parseBody({ kind: 'text', text: nested(deepestBody) }, 'application/json');
    assert.equal(isDeeperThan(value, deepestBody), false);
    assert.equal(isDeeperThan(value, deepestBody - 1), true);
  });

  it('in YAML has an alias as a copy of its own', async () => {
    const { value } = await parseBody({ kind: 'text', text: 'a: &x {b: 1}\nc: *x\n' }, yaml);
    const { a, c } = value as { a: object; c: object };
    assert.deepEqual(a, c);
    assert.notEqual(a, c);
  });

  it('in YAML is refused when it is so long that parsing it would hold up others', async () => {
    const text = `a: ${'x '.repeat(300_000)}`;
    await assert.rejects(parseBody({ kind: 'text', text }, yaml), { code: 413 });
    const json = JSON.stringify({ a: text });
    assert.deepEqual((await parseBody({ kind: 'text', text: json }, yaml)).value, { a: text });
  });

  it('in YAML may not grow without end', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      lines.push(
        `a${i}: &a${i} [${Array(9)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    await assert.rejects(parseBody({ kind: 'text', text: lines.join('\n') }, yaml), badRequest);
  });
});

describe('an object', () => {
  let world: CustomWorld;
  beforeEach(async () => {
    world = new CustomWorld();
    await world.define(toys(toyVersion(anything)));
  });
  afterEach(() => world.close());

  /** A toy of exactly so many levels. */
  const deep = (levels: number) => toy('a', { spec: JSON.parse(nested(levels - 1)) });

  it('that is as deep as it may be can be stored, patched, applied and read', async () => {
    assert.equal((await world.ask('POST', toysPath, { body: deep(deepestObject) })).status, 201);
    const types = ['application/merge-patch+json', 'application/apply-patch+yaml'];
    for (const contentType of types) {
      const query = '?fieldManager=other&force=true';
      const { status, body } = await world.ask('PATCH', `${toysPath}/a${query}`, {
        body: deep(deepestObject),
        contentType,
      });
      assert.equal(status, 200, body.message);
    }
    assert.equal((await world.ask('GET', toysPath)).body.items.length, 1);
    const read = await world.must('GET', `${toysPath}/a`);
    assert.equal((await world.ask('PUT', `${toysPath}/a`, { body: read })).status, 200);
  });

  it('that is deeper is refused, also when a patch makes it so', async () => {
    assert.equal((await world.ask('POST', toysPath, { body: deep(deepestObject + 1) })).status, 400);
    await world.must('POST', toysPath, deep(deepestObject));
    const path = `/spec${'/a'.repeat(deepestObject - 1)}`;
    const operations = [{ op: 'replace', path, value: { a: 1 } }];
    const { status } = await world.ask('PATCH', `${toysPath}/a`, {
      body: operations,
      contentType: 'application/json-patch+json',
    });
    assert.equal(status, 400);
  });

  it('whose metadata is no object is refused', async () => {
    const { status, body } = await world.ask('POST', toysPath, { body: { metadata: 'x' } });
    assert.equal(status, 400);
    assert.match(body.message, /cannot unmarshal string into Go struct field .*metadata/);
    const pod = await world.ask('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: [] } });
    assert.equal(pod.status, 400);
  });
});
