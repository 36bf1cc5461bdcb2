// Objects of custom kinds through the whole API: validation, pruning, defaults, versions, patches, subresources, tables, OpenAPI.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  anything,
  CustomWorld,
  definitionsPath,
  toy,
  toys,
  toysPath,
  toyVersion,
} from '../../../tests/support/custom-world.ts';
import { eventually } from '../../../tests/support/eventually.ts';
import type { Schema } from '../../api/schema.ts';

const merge = 'application/merge-patch+json';
const apply = 'application/apply-patch+yaml';

const part: Schema = {
  type: 'object',
  required: ['name'],
  properties: { name: { type: 'string' }, size: { type: 'integer', default: 1 } },
};

const spec: Schema = {
  type: 'object',
  required: ['colour'],
  properties: {
    colour: { type: 'string', enum: ['red', 'blue'], description: 'What it looks like.' },
    size: { type: 'integer', minimum: 1, default: 3 },
    port: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true, default: 'none' },
    owner: { type: 'string', default: 'nobody' },
    parts: {
      type: 'array',
      items: part,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
    },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    extra: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    template: {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    },
  },
};

let world: CustomWorld;

beforeEach(async () => {
  world = new CustomWorld();
});

afterEach(() => world.close());

async function refusal(body: object, method = 'POST', path = toysPath): Promise<[number, string[]]> {
  const { status, body: answer } = await world.ask(method, path, { body });
  const causes: { field: string; message: string }[] = answer.details?.causes ?? [];
  return [status, causes.map(({ field, message }) => `${field}: ${message}`)];
}

describe('an object of a custom kind', () => {
  beforeEach(() => world.define(toys(toyVersion(spec))));

  it('is refused with one cause for each thing that is wrong', async () => {
    const wrong = {
      colour: 'green',
      size: 0,
      port: true,
      parts: [{}, { name: 'a' }, { name: 'a' }],
      tags: ['x', 'x'],
    };
    assert.deepEqual(await refusal(toy('a', { spec: wrong })), [
      422,
      [
        'spec.colour: Unsupported value: "green": supported values: "red", "blue"',
        'spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1',
        'spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean"',
        'spec.parts[0].name: Required value',
        'spec.parts[2]: Duplicate value: {"name":"a"}',
        'spec.tags[1]: Duplicate value: "x"',
      ],
    ]);
  });

  it('is refused with a message that names it as Kubernetes does', async () => {
    const { body } = await world.ask('POST', toysPath, { body: toy('a', { spec: {} }) });
    assert.equal(body.message, 'Toy.example.com "a" is invalid: spec.colour: Required value');
  });

  it('is refused when its metadata is of a wrong type', async () => {
    const labelled = { ...toy('a'), metadata: { name: 'a', labels: { a: 1 } } };
    const { status, body } = await world.ask('POST', toysPath, { body: labelled });
    assert.equal(status, 400);
    assert.match(
      body.message,
      /^Toy in version "v1" cannot be handled as a Toy: json: cannot unmarshal number/,
    );
  });

  it('gets its defaults at every depth, and loses what its schema does not know', async () => {
    const sent = {
      colour: 'red',
      parts: [{ name: 'a', weight: 1 }],
      smell: 'sweet',
      extra: { any: { thing: 1 } },
    };
    const created = await world.ask('POST', toysPath, { body: toy('a', { spec: sent, other: 1 }) });
    assert.deepEqual(created.body.spec, {
      ...{ colour: 'red', size: 3, note: 'none', owner: 'nobody' },
      ...{ parts: [{ name: 'a', size: 1 }], extra: { any: { thing: 1 } } },
    });
    assert.equal(created.body.other, undefined);
    assert.deepEqual(created.warnings, [
      'unknown field "spec.parts[0].weight"',
      'unknown field "spec.smell"',
      'unknown field "other"',
    ]);
  });

  it('keeps a null where that is allowed, and gets the default where it is not', async () => {
    const { body } = await world.ask('POST', toysPath, {
      body: toy('a', { spec: { colour: 'red', note: null, owner: null } }),
    });
    assert.deepEqual([body.spec.note, body.spec.owner], [null, 'nobody']);
  });

  it('is refused for unknown fields where the client asks for that', async () => {
    const { status, body } = await world.ask('POST', `${toysPath}?fieldValidation=Strict`, {
      body: toy('a', { spec: { colour: 'red', smell: 'sweet' } }),
    });
    assert.equal(status, 400);
    assert.equal(
      body.message,
      'Toy in version "v1" cannot be handled as a Toy: strict decoding error: unknown field "spec.smell"',
    );
  });

  it('may embed whole objects', async () => {
    const template = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', nonsense: 1 }, spec: { a: 1 } };
    const { body } = await world.ask('POST', toysPath, {
      body: toy('a', { spec: { colour: 'red', template } }),
    });
    assert.deepEqual(body.spec.template, { ...template, metadata: { name: 'p' } });
    const [status, causes] = await refusal(toy('b', { spec: { colour: 'red', template: { kind: 'Pod' } } }));
    assert.deepEqual(
      [status, causes],
      [422, ['spec.template.apiVersion: Required value: must not be empty']],
    );
  });

  it('counts changes of its spec and no others', async () => {
    await world.must('POST', toysPath, toy('a', { spec: { colour: 'red' } }));
    const patch = async (path: string, body: object) =>
      (await world.must('PATCH', `${toysPath}/${path}`, body, merge)).metadata.generation;
    assert.equal(await patch('a', { metadata: { labels: { a: 'b' } } }), 1);
    assert.equal(await patch('a/status', { status: { ready: 1 } }), 1);
    assert.equal(await patch('a', { spec: { colour: 'blue' } }), 2);
  });

  it('has its status changed through the status subresource only', async () => {
    await world.must('POST', toysPath, toy('a', { spec: { colour: 'red' }, status: { ready: 1 } }));
    await world.must('PATCH', `${toysPath}/a`, { status: { ready: 2 } }, merge);
    assert.equal((await world.must('GET', `${toysPath}/a`)).status, undefined);
    const change = { spec: { colour: 'blue' }, status: { ready: 3 } };
    const changed = await world.must('PATCH', `${toysPath}/a/status`, change, merge);
    assert.deepEqual([changed.spec.colour, changed.status.ready], ['red', 3]);
  });

  it('takes no strategic merge patch', async () => {
    await world.must('POST', toysPath, toy('a', { spec: { colour: 'red' } }));
    const { status, body } = await world.ask('PATCH', `${toysPath}/a`, {
      body: {},
      contentType: 'application/strategic-merge-patch+json',
    });
    assert.equal(status, 415);
    assert.match(body.message, /accepted media types include: application\/json-patch\+json/);
  });

  it('takes a JSON patch', async () => {
    await world.must('POST', toysPath, toy('a', { spec: { colour: 'red' } }));
    const operations = [{ op: 'replace', path: '/spec/colour', value: 'blue' }];
    const patched = await world.must('PATCH', `${toysPath}/a`, operations, 'application/json-patch+json');
    assert.equal(patched.spec.colour, 'blue');
  });
});

describe('server-side apply of a custom kind', () => {
  beforeEach(() => world.define(toys(toyVersion(spec))));

  const applied = (manager: string, more: object, query = '') =>
    world.ask('PATCH', `${toysPath}/a?fieldManager=${manager}${query}`, {
      body: toy('a', { spec: { colour: 'red', ...more } }),
      contentType: apply,
    });

  it('merges lists by the keys that the schema names', async () => {
    assert.equal((await applied('one', { parts: [{ name: 'x', size: 2 }], tags: ['p'] })).status, 201);
    const { status, body } = await applied('two', { parts: [{ name: 'y' }], tags: ['q'] });
    assert.equal(status, 200);
    assert.deepEqual(body.spec.parts, [
      { name: 'x', size: 2 },
      { name: 'y', size: 1 },
    ]);
    assert.deepEqual(body.spec.tags, ['p', 'q']);
    const owned = body.metadata.managedFields[0].fieldsV1['f:spec']['f:parts'];
    assert.deepEqual(Object.keys(owned), ['k:{"name":"x"}']);
  });

  it('tells who owns what would change', async () => {
    await applied('one', { size: 5 });
    const { status, body } = await applied('two', { size: 6 });
    assert.equal(status, 409);
    assert.deepEqual(body.details.causes, [
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.size' },
    ]);
    assert.equal((await applied('two', { size: 6 }, '&force=true')).body.spec.size, 6);
  });

  it('takes away what its manager no longer says', async () => {
    await applied('one', { parts: [{ name: 'x' }, { name: 'y' }] });
    const { body } = await applied('one', { parts: [{ name: 'y' }] });
    assert.deepEqual(body.spec.parts, [{ name: 'y', size: 1 }]);
  });

  it('changes nothing when nothing changed', async () => {
    const first = await applied('one', { parts: [{ name: 'x' }] });
    const second = await applied('one', { parts: [{ name: 'x' }] });
    assert.equal(second.body.metadata.resourceVersion, first.body.metadata.resourceVersion);
  });
});

describe('a kind of two versions', () => {
  const only = (field: string): Schema => ({
    type: 'object',
    properties: { [field]: { type: 'string', default: `from-${field}` }, both: { type: 'integer' } },
  });
  const v2Path = toysPath.replace('/v1/', '/v2/');

  it('shows each object in the version that is asked for', async () => {
    await world.define(toys(toyVersion(only('a')), toyVersion(only('b'), { name: 'v2', storage: false })));
    const sent = { ...toy('x', { spec: { both: 1 } }), apiVersion: 'example.com/v2' };
    const created = await world.must('POST', v2Path, sent);
    assert.deepEqual([created.apiVersion, created.spec], ['example.com/v2', { both: 1, b: 'from-b' }]);
    const first = await world.must('GET', `${toysPath}/x`);
    assert.deepEqual([first.apiVersion, first.spec], ['example.com/v1', { both: 1, a: 'from-a' }]);
    const { items } = (await world.ask('GET', '/apis/example.com/v2/toys')).body;
    assert.deepEqual([items[0].apiVersion, items[0].spec], ['example.com/v2', { both: 1, b: 'from-b' }]);
  });

  it('checks an object against the version that it was sent in', async () => {
    const strict: Schema = { type: 'object', properties: { both: { type: 'integer', maximum: 5 } } };
    await world.define(toys(toyVersion(only('a')), toyVersion(strict, { name: 'v2', storage: false })));
    const sent = { ...toy('x', { spec: { both: 9 } }), apiVersion: 'example.com/v2' };
    assert.equal((await world.ask('POST', v2Path, { body: sent })).status, 422);
    assert.equal((await world.ask('POST', toysPath, { body: toy('x', { spec: { both: 9 } }) })).status, 201);
  });

  it('may be stored in one that is not served', async () => {
    await world.define(
      toys(toyVersion(anything, { served: false }), toyVersion(anything, { name: 'v2', storage: false })),
    );
    const sent = { ...toy('x', { spec: { a: 1 } }), apiVersion: 'example.com/v2' };
    await world.must('POST', v2Path, sent);
    assert.equal(world.store.get('toys.example.com/default/x')?.value.apiVersion, 'example.com/v1');
    assert.equal((await world.must('GET', `${v2Path}/x`)).apiVersion, 'example.com/v2');
    const path = `${v2Path}/x?fieldManager=me`;
    const { status } = await world.ask('PATCH', path, {
      body: { ...sent, spec: { b: 2 } },
      contentType: apply,
    });
    assert.equal(status, 200);
  });

  it('warns of a deprecated one, and names a better', async () => {
    await world.define(
      toys(
        toyVersion(anything, { name: 'v1beta1', deprecated: true, storage: false }),
        toyVersion(anything, { name: 'v1' }),
      ),
    );
    const { warnings } = await world.ask('GET', '/apis/example.com/v1beta1/toys');
    assert.deepEqual(warnings, ['example.com/v1beta1 Toy is deprecated; use example.com/v1 Toy']);
  });
});

describe('a definition that narrows things down', () => {
  it('restricts the names of its objects', async () => {
    const version = toyVersion(anything);
    const metadata: Schema = { type: 'object', properties: { name: { type: 'string', pattern: '^toy-' } } };
    const root = version.schema?.openAPIV3Schema as Schema;
    root.properties = { ...root.properties, metadata };
    await world.define(toys(version));
    assert.deepEqual(await refusal(toy('a')), [
      422,
      [`metadata.name: Invalid value: "a": metadata.name in body should match '^toy-'`],
    ]);
    assert.equal((await world.ask('POST', toysPath, { body: toy('toy-a') })).status, 201);
  });

  it('makes fields selectable', async () => {
    await world.define(toys(toyVersion(spec, { selectableFields: [{ jsonPath: '.spec.colour' }] })));
    await world.must('POST', toysPath, toy('a', { spec: { colour: 'red' } }));
    await world.must('POST', toysPath, toy('b', { spec: { colour: 'blue' } }));
    const { body } = await world.ask('GET', `${toysPath}?fieldSelector=spec.colour%3Dblue`);
    assert.deepEqual(
      body.items.map((item: { metadata: { name: string } }) => item.metadata.name),
      ['b'],
    );
  });

  it('is told which of its rules have no effect here', async () => {
    const ruled = toyVersion({ ...anything, 'x-kubernetes-validations': [{ rule: 'self.a > 1' }] });
    const { status, warnings } = await world.ask('POST', definitionsPath, { body: toys(ruled) });
    assert.equal(status, 201);
    assert.deepEqual(warnings, [
      'spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations: rules in CEL are kept but not evaluated here',
    ]);
  });
});

describe('what clients learn of a custom kind', () => {
  const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';

  it('has the columns of its definition in a Table', async () => {
    const column = {
      name: 'Ready',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    };
    await world.define(toys(toyVersion(anything, { additionalPrinterColumns: [column] })));
    await world.must('POST', toysPath, toy('a'));
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    await world.must('PATCH', `${toysPath}/a/status`, { status }, merge);
    const { body } = await world.ask('GET', toysPath, { accept });
    assert.deepEqual(
      body.columnDefinitions.map(({ name }: { name: string }) => name),
      ['Name', 'Ready'],
    );
    assert.deepEqual(body.rows[0].cells, ['a', 'True']);
  });

  it('has its descriptions in OpenAPI, as long as it is served', async () => {
    const document = '/openapi/v3/apis/example.com/v1';
    assert.equal((await world.ask('GET', document)).status, 404);
    await world.define(toys(toyVersion(spec)));
    const { paths } = (await world.ask('GET', '/openapi/v3')).body;
    assert.ok(paths['apis/example.com/v1'].serverRelativeURL.startsWith(`${document}?hash=`));
    const { body } = await world.ask('GET', document);
    const schema = body.components.schemas['com.example.v1.Toy'];
    assert.equal(schema.properties.spec.properties.colour.description, 'What it looks like.');
    assert.deepEqual(schema['x-kubernetes-group-version-kind'], [
      { group: 'example.com', version: 'v1', kind: 'Toy' },
    ]);
    const { patch } = body.paths['/apis/example.com/v1/namespaces/{namespace}/toys/{name}'];
    assert.deepEqual(Object.keys(patch.requestBody.content), [
      'application/apply-patch+yaml',
      'application/json-patch+json',
      'application/merge-patch+json',
    ]);
    await world.must('DELETE', `${definitionsPath}/toys.example.com`);
    await eventually(async () => (await world.ask('GET', document)).status === 404);
  });
});
