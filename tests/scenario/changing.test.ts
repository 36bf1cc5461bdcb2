// How people change what is there: apply in all its ways, patch, label, annotate, edit, replace, diff, delete.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

const configMap = (data: string) => `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {${data}}
`;

const data = "kubectl get configmap settings -o jsonpath='{.data}'";

scenario('changing objects', (terminal) => {
  const value = async () => JSON.parse(await terminal.run(data));

  test('apply changes, adds, and removes what the file no longer has', async () => {
    terminal.file('settings.yml', configMap('color: red, size: "1"'));
    await terminal.run('kubectl apply $V -f settings.yml', 'created');
    await terminal.run(`kubectl patch configmap settings -p '{"data":{"other":"kept"}}'`, 'patched');
    terminal.file('settings.yml', configMap('color: blue, shape: round'));
    if (terminal.kubectlVersion !== '1.20') {
      const diff = await terminal.type('kubectl diff -f settings.yml');
      assert.equal(diff.code, 1, diff.stderr);
      assert.match(diff.stdout, /^-.*color: red/m);
      assert.match(diff.stdout, /^\+.*color: blue/m);
    }
    await terminal.run('kubectl apply $V -f settings.yml', 'configured');
    assert.deepEqual(await value(), { color: 'blue', shape: 'round', other: 'kept' });
  });

  test('server-side apply minds the fields of others', async () => {
    terminal.file('mine.yml', configMap('color: green'));
    await terminal.fails(
      'kubectl apply --server-side $V --field-manager=me -f mine.yml',
      'conflict',
      '.data.color',
    );
    await terminal.run(
      'kubectl apply --server-side $V --field-manager=me --force-conflicts -f mine.yml',
      'serverside-applied',
    );
    assert.equal((await value()).color, 'green');
    await terminal.run(
      'kubectl get configmap settings -o yaml --show-managed-fields'.replace(
        terminal.kubectlVersion === '1.20' ? ' --show-managed-fields' : '\0',
        '',
      ),
      'manager: me',
    );
  });

  test('patches of three kinds', async () => {
    await terminal.run(
      `kubectl patch configmap settings --type=merge -p '{"data":{"size":"2","shape":null}}'`,
      'patched',
    );
    await terminal.run(
      `kubectl patch configmap settings --type=json -p '[{"op":"replace","path":"/data/color","value":"gray"}]'`,
      'patched',
    );
    assert.deepEqual(await value(), { color: 'gray', size: '2', other: 'kept' });
    await terminal.fails(
      `kubectl patch configmap settings --type=json -p '[{"op":"remove","path":"/data/none"}]'`,
      /remove|path/,
    );
  });

  test('label and annotate, and take both away again', async () => {
    await terminal.run('kubectl label configmap settings team=a', 'labeled');
    await terminal.fails('kubectl label configmap settings team=b', 'already has a value');
    await terminal.run('kubectl label configmap settings team=b --overwrite', 'labeled');
    await terminal.run('kubectl annotate configmap settings note=hello', 'annotated');
    await terminal.run('kubectl label configmap settings team-', /labeled|unlabeled/);
    await terminal.run('kubectl annotate configmap settings note-', 'annotated');
    await terminal.fails('kubectl label configmap settings "a b=c"', /invalid|name part/i);
  });

  test('edit opens the object in an editor', async () => {
    terminal.file('editor', '#!/bin/sh\nsed -i \'s/color: gray/color: black/\' "$1"\n');
    await terminal.run(
      'chmod +x editor && KUBE_EDITOR=./editor kubectl edit $V configmap settings'.replace(
        ' $V',
        terminal.kubectlVersion === '1.20' ? ' --validate=false' : '',
      ),
      'edited',
    );
    assert.equal((await value()).color, 'black');
  });

  test('replace writes the whole object, and loses against a newer one', async () => {
    await terminal.run('kubectl get configmap settings -o yaml > old.yml');
    await terminal.run(`kubectl patch configmap settings -p '{"data":{"color":"white"}}'`, 'patched');
    await terminal.fails('kubectl replace $V -f old.yml', 'the object has been modified');
    terminal.file('new.yml', configMap('only: this'));
    await terminal.run('kubectl replace $V -f new.yml', 'replaced');
    assert.deepEqual(await value(), { only: 'this' });
    await terminal.run('kubectl replace --force $V -f new.yml', 'replaced');
  });

  test('create of every common thing', async () => {
    await terminal.run('kubectl create configmap c --from-literal=a=b', 'created');
    await terminal.run('kubectl create secret generic s --from-literal=password=hunter2', 'created');
    assert.equal(
      await terminal.run("kubectl get secret s -o jsonpath='{.data.password}' | base64 -d"),
      'hunter2',
    );
    await terminal.run('kubectl create service clusterip svc --tcp=80:8080', 'created');
    await terminal.run('kubectl create service externalname ext --external-name=example.com', 'created');
    await terminal.run('kubectl create namespace other', 'created');
    await terminal.run('kubectl create serviceaccount robot -n other', 'created');
    await terminal.run('kubectl create role reader --verb=get,list --resource=pods -n other', 'created');
    await terminal.run(
      'kubectl create rolebinding reader --role=reader --serviceaccount=other:robot -n other',
      'created',
    );
    await terminal.run('kubectl create ingress web --rule=example.com/=svc:80', 'created');
    if (terminal.kubectlVersion !== '1.20') {
      await terminal.run('kubectl create pdb web --selector=app=web --min-available=1', 'created');
    }
    await terminal.fails('kubectl create configmap c', 'already exists');
  });

  test('a namespace goes with all that is in it', async () => {
    await terminal.run('kubectl create configmap inside -n other', 'created');
    await terminal.run('kubectl delete namespace other --timeout=20s', 'deleted');
    await terminal.fails('kubectl get namespace other', 'not found');
    await terminal.fails('kubectl create configmap late -n other', 'namespaces "other" not found');
  });

  test('bad input is refused with what is wrong', async () => {
    terminal.file('bad.yml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x\n');
    await terminal.fails('kubectl apply $V -f bad.yml', 'error');
    terminal.file('typo.yml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndta: {a: b}\n');
    if (terminal.kubectlVersion !== '1.20')
      await terminal.fails('kubectl apply -f typo.yml', 'unknown field "dta"');
    terminal.file(
      'port.yml',
      'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{port: 99999}]}\n',
    );
    await terminal.fails('kubectl apply $V -f port.yml', 'spec.ports[0].port: Invalid value: 99999');
    terminal.file(
      'selector.yml',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: c}}\n    spec: {containers: [{name: a, image: b}]}\n',
    );
    await terminal.fails('kubectl apply $V -f selector.yml', '`selector` does not match template `labels`');
    await terminal.fails('kubectl run Bad_Name --image=x', 'RFC 1123');
    await terminal.fails('kubectl delete namespace default', 'forbidden');
  });
});
