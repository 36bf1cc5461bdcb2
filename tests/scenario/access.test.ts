// Who may do what: service accounts, tokens, roles, impersonation.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

scenario('access', (terminal) => {
  test('the owner may do everything, a stranger nothing', async () => {
    assert.equal(await terminal.run("kubectl auth can-i '*' '*'"), 'yes');
    assert.equal((await terminal.type('kubectl auth can-i get pods --as=stranger')).stdout.trim(), 'no');
    await terminal.fails('kubectl get pods --as=stranger', 'User "stranger" cannot list resource "pods"');
  });

  test('a role gives what it says and no more', async () => {
    await terminal.run('kubectl create serviceaccount robot', 'created');
    await terminal.run(
      'kubectl create role reader --verb=get,list,watch --resource=pods,configmaps',
      'created',
    );
    await terminal.run(
      'kubectl create rolebinding reader --role=reader --serviceaccount=default:robot',
      'created',
    );
    const robot = '--as=system:serviceaccount:default:robot';
    await terminal.run(`kubectl get pods ${robot}`);
    await terminal.fails(`kubectl create configmap x ${robot}`, 'cannot create resource "configmaps"');
    await terminal.fails(`kubectl get pods -n kube-system ${robot}`, 'in the namespace "kube-system"');
    await terminal.run(`kubectl auth can-i --list ${robot}`, 'configmaps');
  });

  test('nobody gives more than he has', async () => {
    await terminal.run(
      'kubectl create clusterrole roler --verb=create,update,get --resource=roles.rbac.authorization.k8s.io,rolebindings.rbac.authorization.k8s.io',
      'created',
    );
    await terminal.run(
      'kubectl create clusterrolebinding roler --clusterrole=roler --user=climber',
      'created',
    );
    await terminal.fails(
      'kubectl create role all --verb="*" --resource=secrets --as=climber',
      'attempting to grant RBAC permissions not currently held',
    );
    await terminal.fails(
      'kubectl create rolebinding up --clusterrole=admin --user=climber --as=climber',
      'attempting to grant RBAC permissions not currently held',
    );
  });

  test("a service account's token opens what its role opens", async () => {
    if (terminal.kubectlVersion === '1.20') return; // it cannot ask for tokens yet
    const token = await terminal.run('kubectl create token robot --duration=10m');
    await terminal.run(
      `kubectl --token=${token} --client-certificate= --client-key= auth can-i get pods`,
      'yes',
    );
    const asRobot = `kubectl --kubeconfig=/dev/null --server=$(kubectl config view -o jsonpath='{.clusters[0].cluster.server}') --insecure-skip-tls-verify --token=${token}`;
    await terminal.run(`${asRobot} get configmaps -n default`, 'kube-root-ca.crt');
    await terminal.fails(`${asRobot} get secrets -n default`, 'system:serviceaccount:default:robot');
    await terminal.run('kubectl delete serviceaccount robot', 'deleted');
    await terminal.fails(`${asRobot} get configmaps -n default`, 'Unauthorized');
  });

  test('a token that nobody made is refused', async () => {
    const server = await terminal.run("kubectl config view -o jsonpath='{.clusters[0].cluster.server}'");
    const as = (token: string) =>
      `kubectl --kubeconfig=/dev/null --server=${server} --insecure-skip-tls-verify --token=${token}`;
    await terminal.fails(`${as('not-a-token-at-all')} get pods`, 'Unauthorized');
  });

  test('who am I', async () => {
    if (terminal.kubectlVersion === '1.20') return;
    await terminal.run('kubectl auth whoami', 'relevo-admin', 'system:masters');
  });
});
