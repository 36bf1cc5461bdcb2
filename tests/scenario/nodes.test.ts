// What people do with nodes: cordon, drain, taint, and how pods find their place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

scenario('nodes', (terminal) => {
  const nodesOf = async (selector: string) =>
    (await terminal.run(`kubectl get pods -l ${selector} -o jsonpath='{.items[*].spec.nodeName}'`)).split(
      ' ',
    );

  test('a cordoned node takes nothing new', async () => {
    await terminal.run('kubectl cordon node-1', 'cordoned');
    await terminal.run('kubectl get nodes', /node-1 +Ready,SchedulingDisabled/);
    await terminal.run('kubectl create deployment web --image=web:1 --replicas=4', 'created');
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    assert.ok(!(await nodesOf('app=web')).includes('node-1'));
    await terminal.run('kubectl uncordon node-1', 'uncordoned');
  });

  test('a drained node is emptied, a budget is respected', async () => {
    terminal.file(
      'budget.yml',
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {minAvailable: 3, selector: {matchLabels: {app: web}}}\n',
    );
    await terminal.run('kubectl apply $V -f budget.yml', 'created');
    await terminal.until('kubectl get pdb web', /web +3 +N\/A +1/);
    await terminal.run(
      'kubectl drain node-2 --ignore-daemonsets --delete-emptydir-data --timeout=40s',
      /evicting pod|evicted/,
      terminal.kubectlVersion === '1.20' ? 'evicted' : 'drained',
    );
    await terminal.until('kubectl get deployment web', /4\/4/);
    assert.ok(!(await nodesOf('app=web')).includes('node-2'));
    await terminal.run('kubectl uncordon node-2', 'uncordoned');
  });

  test('a drain that a budget forbids waits and gives up', async () => {
    await terminal.run(`kubectl patch pdb web --type=merge -p '{"spec":{"minAvailable":4}}'`, 'patched');
    await terminal.until('kubectl get pdb web', /web +4 +N\/A +0/);
    const nodes = await nodesOf('app=web');
    await terminal.fails(
      `kubectl drain ${nodes[0]} --ignore-daemonsets --timeout=2s`,
      `violate the pod's disruption budget`,
    );
    await terminal.run(`kubectl uncordon ${nodes[0]}`, 'uncordoned');
    await terminal.run('kubectl delete pdb web', 'deleted');
  });

  test('a taint keeps pods away, or drives them out', async () => {
    await terminal.run('kubectl taint nodes node-3 dedicated=x:NoExecute', 'tainted');
    await terminal.until(
      "kubectl get pods -l app=web -o jsonpath='{.items[*].spec.nodeName}'",
      /^(?!.*node-3)/,
    );
    await terminal.until('kubectl get deployment web', /4\/4/);
    await terminal.run('kubectl taint nodes node-3 dedicated-', 'untainted');
  });

  test('a pod that fits nowhere says why', async () => {
    terminal.file(
      'huge.yml',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: huge}\nspec:\n  containers: [{name: a, image: web:1, resources: {requests: {cpu: 1000}}}]\n',
    );
    await terminal.run('kubectl apply $V -f huge.yml', 'created');
    await terminal.until('kubectl describe pod huge', /FailedScheduling.*Insufficient cpu/s);
    await terminal.run('kubectl delete pod huge', 'deleted');
  });

  test('a node selector is followed', async () => {
    await terminal.run('kubectl label node node-3 disk=ssd', 'labeled');
    await terminal.run(
      `kubectl run fast --image=web:1 --overrides='{"spec":{"nodeSelector":{"disk":"ssd"}}}'`,
      'created',
    );
    await terminal.run('kubectl wait --for=condition=Ready pod/fast --timeout=30s', 'condition met');
    assert.equal(await terminal.run("kubectl get pod fast -o jsonpath='{.spec.nodeName}'"), 'node-3');
  });

  test('top shows what nodes and pods use', async () => {
    await terminal.until('kubectl top nodes', /node-1 +\d+m/);
    await terminal.until('kubectl top pods', /fast +\d+m +\d+Mi/);
  });
});
