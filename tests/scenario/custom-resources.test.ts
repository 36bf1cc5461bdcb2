// Kinds of one's own: a CustomResourceDefinition, its objects, validation, columns, status and scale.

import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

const definition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.com}
spec:
  group: stable.example.com
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [cronSpec]
            properties:
              cronSpec: {type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$', description: When it runs.}
              replicas: {type: integer, minimum: 1, maximum: 10, default: 1}
          status:
            type: object
            properties: {replicas: {type: integer}}
`;

const crontab = (spec: string) =>
  `apiVersion: stable.example.com/v1\nkind: CronTab\nmetadata: {name: mine}\nspec: {${spec}}\n`;

scenario('custom resources', (terminal) => {
  test('a definition is established at once', async () => {
    terminal.file('definition.yml', definition);
    await terminal.run('kubectl apply $V -f definition.yml', 'created');
    await terminal.run(
      'kubectl wait --for=condition=Established crd/crontabs.stable.example.com --timeout=10s',
      'condition met',
    );
  });

  test('its objects have defaults, columns and validation', async () => {
    terminal.file('bad.yml', crontab('cronSpec: nonsense, replicas: 99'));
    await terminal.fails('kubectl apply $V -f bad.yml', 'spec.cronSpec', 'spec.replicas');
    terminal.file('mine.yml', crontab("cronSpec: '* * * * */5'"));
    await terminal.run('kubectl apply $V -f mine.yml', 'created');
    await terminal.run('kubectl get ct', /NAME +SPEC +REPLICAS/, /mine +\* \* \* \* \*\/5 +1/);
    await terminal.run('kubectl scale ct mine --replicas=3', 'scaled');
    await terminal.run("kubectl get ct mine -o jsonpath='{.spec.replicas}'", '3');
    if (terminal.kubectlVersion !== '1.20')
      await terminal.run('kubectl explain crontab.spec.cronSpec', 'When it runs.');
  });

  test('a definition goes with its objects', async () => {
    await terminal.run('kubectl delete -f definition.yml --timeout=20s', 'deleted');
    await terminal.fails('kubectl get crontabs', /doesn't have a resource type|not found|could not find/);
  });

  test("Relevo's own kinds are there", async () => {
    await terminal.run('kubectl get crd backendpolicies.relevo.dev', 'backendpolicies.relevo.dev');
    terminal.file(
      'policy.yml',
      'apiVersion: relevo.dev/v1alpha1\nkind: BackendPolicy\nmetadata: {name: web}\nspec: {targetRef: {kind: Service, name: web}, balance: leastconn}\n',
    );
    await terminal.run('kubectl apply $V -f policy.yml', 'created');
    await terminal.run('kubectl get backendpolicies', 'leastconn');
    await terminal.fails(
      `kubectl patch backendpolicy web --type=merge -p '{"spec":{"balance":"fastest"}}'`,
      'Unsupported value: "fastest"',
    );
  });
});
