// What admission sees of requests that are not writes of a whole object.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routeWorld } from '../../../tests/support/route-world.ts';
import { forbiddenError } from '../../api/status.ts';
import type { AdmissionRequest } from '../admission/admission.ts';

const namespace = '/api/v1/namespaces/a';
const containers = [{ name: 'c', image: 'i' }];

function seen() {
  const requests: AdmissionRequest[] = [];
  const plugin = {
    name: 'test',
    validate(request: AdmissionRequest) {
      if (request.user.name === 'tester') requests.push(request);
      if (request.object?.metadata.labels?.refused)
        throw forbiddenError({ group: '', resource: 'x' }, '', 'no');
    },
  };
  const { world } = routeWorld({ plugins: [plugin] });
  const user = { name: 'tester', groups: [] };
  const post = (path: string, body: object) => world.ask('POST', `${namespace}/${path}`, { body, user });
  const texts = () =>
    requests.map(
      ({ operation, kind, subresource, namespace: of, name, object }) =>
        `${operation} ${kind.plural}/${subresource} ${of}/${name} ${object?.kind}`,
    );
  return { world, post, texts };
}

test('bindings, evictions and token requests pass admission under the resource that they belong to', async () => {
  const { world, post, texts } = seen();
  await world.must('POST', `${namespace}/pods`, { metadata: { name: 'p' }, spec: { containers } });
  await world.must('POST', `${namespace}/serviceaccounts`, { metadata: { name: 's' } });
  await post('pods/p/binding', { target: { name: 'n' } });
  await post('pods/p/eviction', {});
  await post('serviceaccounts/s/token', {});
  assert.deepEqual(texts(), [
    'create pods/binding a/p Binding',
    'create pods/eviction a/p Eviction',
    'delete pods/ a/p undefined',
    'create serviceaccounts/token a/s TokenRequest',
  ]);
});

test('what admission refuses does not happen', async () => {
  const { world, post } = seen();
  await world.must('POST', `${namespace}/pods`, { metadata: { name: 'p' }, spec: { containers } });
  const metadata = { labels: { refused: '1' } };
  assert.equal((await post('pods/p/binding', { metadata, target: { name: 'n' } })).status, 403);
  assert.equal((await post('pods/p/eviction', { metadata })).status, 403);
  const pod = await world.must('GET', `${namespace}/pods/p`);
  assert.deepEqual([pod.spec.nodeName, pod.metadata.deletionTimestamp], [undefined, undefined]);
});
