// How people look at things: tables, selectors, and every output format of kubectl get.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

scenario('reading what is there', (terminal) => {
  test('there are things to look at', async () => {
    for (const [name, tier] of [
      ['a', 'front'],
      ['b', 'front'],
      ['c', 'back'],
    ]) {
      await terminal.run(`kubectl run ${name} --image=web:1 --labels=tier=${tier}`, 'created');
    }
    await terminal.run('kubectl wait --for=condition=Ready pod --all --timeout=30s', 'pod/c condition met');
  });

  test('tables have the columns of kubectl', async () => {
    await terminal.run('kubectl get pods', /NAME +READY +STATUS +RESTARTS +AGE/, /a +1\/1 +Running +0/);
    await terminal.run('kubectl get pods -o wide', /IP +NODE +NOMINATED NODE +READINESS GATES/);
    await terminal.run('kubectl get nodes', /NAME +STATUS +ROLES +AGE +VERSION/, /node-1 +Ready/);
    await terminal.run('kubectl get ns,sa,svc,ep,cm,secret,ing,hpa,pdb,rs,deploy', 'service/kubernetes');
    await terminal.run('kubectl get pods --show-labels', 'tier=front');
    await terminal.run('kubectl get pods -L tier', /TIER/);
    await terminal.run('kubectl get pods -A', /NAMESPACE +NAME/);
  });

  test('selectors take and leave', async () => {
    const names = (line: string) => terminal.run(`${line} -o name`);
    assert.equal(await names('kubectl get pods -l tier=front'), 'pod/a\npod/b');
    assert.equal(await names("kubectl get pods -l 'tier in (back, none)'"), 'pod/c');
    assert.equal(await names("kubectl get pods -l 'tier!=front'"), 'pod/c');
    assert.equal(
      await names('kubectl get pods --field-selector metadata.name=a,status.phase=Running'),
      'pod/a',
    );
    await terminal.fails('kubectl get pods --field-selector spec.color=red', 'field label not supported');
  });

  test('every output format', async () => {
    await terminal.run('kubectl get pod a -o yaml', 'kind: Pod', 'phase: Running');
    const pod = JSON.parse(await terminal.run('kubectl get pod a -o json'));
    assert.equal(pod.metadata.name, 'a');
    assert.equal(await terminal.run("kubectl get pod a -o jsonpath='{.metadata.labels.tier}'"), 'front');
    assert.equal(
      await terminal.run("kubectl get pod a -o go-template='{{.metadata.name}}-{{.status.phase}}'"),
      'a-Running',
    );
    await terminal.run(
      'kubectl get pods -o custom-columns=N:.metadata.name,NODE:.spec.nodeName',
      /N +NODE/,
      /a +node-/,
    );
    const sorted = await terminal.run(
      'kubectl get pods --sort-by=.metadata.name --no-headers -o custom-columns=N:.metadata.name',
    );
    assert.equal(sorted, 'a\nb\nc');
    await terminal.run('kubectl get pods --sort-by=.status.startTime', 'Running');
  });

  test('long lists come in chunks', async () => {
    await terminal.run('kubectl get pods --chunk-size=1 -o name', 'pod/a', 'pod/b', 'pod/c');
  });

  test('a watch shows what changes', async () => {
    const create = () => terminal.run('kubectl run d --image=web:1', 'created');
    await terminal.follow('kubectl get pods -w -o name', /pod\/c\n/, create, /pod\/d\n/);
  });

  test('raw paths, versions and what there is', async () => {
    await terminal.run('kubectl get --raw /readyz', 'ok');
    await terminal.run("kubectl get --raw '/livez?verbose'", 'livez check passed');
    await terminal.run('kubectl get --raw /api/v1/namespaces/default/pods?limit=1', '"kind":"PodList"');
    await terminal.run('kubectl version', /v1\.32\.0\+relevo/);
    await terminal.run('kubectl cluster-info', 'https://127.0.0.1:');
    await terminal.run('kubectl api-versions', 'apps/v1', 'relevo.dev/v1alpha1');
    await terminal.run(
      'kubectl api-resources',
      /deployments +deploy +apps\/v1 +true +Deployment/,
      'backendpolicies',
    );
  });

  test('explain knows every field', async () => {
    if (terminal.kubectlVersion === '1.20') return; // it asks for the OpenAPI documents of old
    await terminal.run(
      'kubectl explain pod.spec.containers.livenessProbe.httpGet.path',
      'Path to access on the HTTP server',
    );
    await terminal.run('kubectl explain deployment.spec.strategy', 'rollingUpdate', 'RollingUpdate');
    await terminal.run('kubectl explain backendpolicy.spec.backup', 'FIELD: backup');
    await terminal.fails('kubectl explain pod.spec.nonsense', 'does not exist');
  });

  test('what is not there is said', async () => {
    await terminal.fails('kubectl get pod nope', 'pods "nope" not found');
    await terminal.fails('kubectl get nonsense', `the server doesn't have a resource type "nonsense"`);
    await terminal.run('kubectl get pods -n kube-public', 'No resources found in kube-public namespace.');
  });
});
