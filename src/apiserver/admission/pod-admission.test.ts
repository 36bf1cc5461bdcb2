// What a new pod is given: its account and token, its priority, its patience with lost nodes.

import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { AdmittedWorld, podBody } from '../../../tests/support/admitted-world.ts';
import type { AnyObject } from '../../api/object.ts';

const pods = '/api/v1/namespaces/default/pods';
const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';
let world: AdmittedWorld;

beforeEach(async () => {
  world = await AdmittedWorld.create();
});

function create(spec: object = {}): Promise<AnyObject> {
  return world.must('POST', pods, podBody('web', spec));
}

async function refusal(spec: object): Promise<string> {
  const { status, body } = await world.ask('POST', pods, { body: podBody('web', spec) });
  assert.equal(status, 403, body.message);
  return body.message;
}

async function createAccount(name: string, fields: object = {}): Promise<void> {
  await world.must('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name }, ...fields });
}

describe('the service account', () => {
  it('is the default one, also before its controller has made it', async () => {
    const { spec } = await create();
    assert.deepEqual([spec.serviceAccountName, spec.serviceAccount], ['default', 'default']);
  });

  it('is the one asked for, by either name of the field', async () => {
    await createAccount('app');
    const { spec } = await create({ serviceAccount: 'app' });
    assert.deepEqual([spec.serviceAccountName, spec.serviceAccount], ['app', 'app']);
  });

  it('must exist', async () => {
    assert.equal(
      await refusal({ serviceAccountName: 'app' }),
      'pods "web" is forbidden: error looking up service account default/app: serviceaccount "app" not found',
    );
  });

  it('lends its imagePullSecrets to pods without their own', async () => {
    await createAccount('app', { imagePullSecrets: [{ name: 'registry' }] });
    const { spec } = await create({ serviceAccountName: 'app' });
    assert.deepEqual(spec.imagePullSecrets, [{ name: 'registry' }]);
    const own = { serviceAccountName: 'app', imagePullSecrets: [{ name: 'own' }] };
    const other = await world.must('POST', pods, podBody('other', own));
    assert.deepEqual(other.spec.imagePullSecrets, [{ name: 'own' }]);
  });
});

describe('the token of the service account', () => {
  it('is mounted into every container, with the CA and the namespace', async () => {
    const { spec } = await create({ initContainers: [{ name: 'setup', image: 'setup:1' }] });
    const volume = spec.volumes[0];
    assert.match(volume.name, /^kube-api-access-[a-z0-9]{5}$/);
    for (const { volumeMounts } of [...spec.initContainers, ...spec.containers])
      assert.deepEqual(volumeMounts, [{ name: volume.name, readOnly: true, mountPath }]);
    assert.deepEqual(volume.projected, {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
    });
  });

  it('is not mounted where the pod, or else its account, does not want it', async () => {
    await createAccount('quiet', { automountServiceAccountToken: false });
    const volumes = async (name: string, spec: object) =>
      ((await world.must('POST', pods, podBody(name, spec))).spec.volumes ?? []).length;
    assert.equal(await volumes('a', { automountServiceAccountToken: false }), 0);
    assert.equal(await volumes('b', { serviceAccountName: 'quiet' }), 0);
    assert.equal(await volumes('c', { serviceAccountName: 'quiet', automountServiceAccountToken: true }), 1);
  });

  it('is not mounted over what a container has there', async () => {
    const own = { name: 'own', mountPath };
    const containers = [
      { name: 'a', image: 'a:1', volumeMounts: [own] },
      { name: 'b', image: 'b:1' },
    ];
    const { spec } = await create({ containers, volumes: [{ name: 'own', emptyDir: {} }] });
    assert.deepEqual(spec.containers[0].volumeMounts, [own]);
    assert.equal(spec.containers[1].volumeMounts[0].name, spec.volumes[1].name);
  });
});

describe('the priority', () => {
  it('is 0, without a warning', async () => {
    const { body, warnings } = await world.ask('POST', pods, { body: podBody('web') });
    assert.deepEqual([body.spec.priority, body.spec.preemptionPolicy], [0, 'PreemptLowerPriority']);
    assert.deepEqual(warnings, []);
  });

  it('is known for the classes every cluster has, and for no others', async () => {
    assert.equal((await create({ priorityClassName: 'system-node-critical' })).spec.priority, 2_000_001_000);
    for (const name of ['high', 'constructor'])
      assert.equal(
        await refusal({ priorityClassName: name }),
        `pods "web" is forbidden: no PriorityClass with name ${name} was found`,
      );
  });

  it('is not the pod’s to say', async () => {
    assert.equal(
      await refusal({ priority: 7 }),
      'pods "web" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
    );
    assert.match(
      await refusal({ preemptionPolicy: 'Never' }),
      /the string value of PreemptionPolicy \(Never\)/,
    );
  });
});

describe('tolerations', () => {
  const toleration = (key: string, tolerationSeconds: number) => {
    const taint = `node.kubernetes.io/${key}`;
    return { key: taint, operator: 'Exists', effect: 'NoExecute', tolerationSeconds };
  };

  it('of lost nodes last three seconds, or as long as the cluster says', async () => {
    const { spec } = await create();
    assert.deepEqual(spec.tolerations, [toleration('not-ready', 3), toleration('unreachable', 3)]);
    const slow = AdmittedWorld.on(world.store, { tolerationSeconds: 300 });
    const { spec: patient } = await slow.must('POST', pods, podBody('patient'));
    assert.deepEqual(patient.tolerations, [toleration('not-ready', 300), toleration('unreachable', 300)]);
  });

  it('are the pod’s own where it has a word on them', async () => {
    const own = toleration('unreachable', 60);
    const { spec } = await create({ tolerations: [own] });
    assert.deepEqual(spec.tolerations, [own, toleration('not-ready', 3)]);
    const all = [{ operator: 'Exists' }];
    assert.deepEqual(
      (await world.must('POST', pods, podBody('all', { tolerations: all }))).spec.tolerations,
      all,
    );
    const schedule = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' };
    const third = await world.must('POST', pods, podBody('third', { tolerations: [schedule] }));
    assert.equal(third.spec.tolerations.length, 3);
  });
});

it('a pod can be replaced by what was read', async () => {
  const read = await create();
  await world.must('PUT', `${pods}/web`, { ...read, metadata: { ...read.metadata, labels: { a: 'b' } } });
});
