// Manifests of old tutorials: API versions that Kubernetes no longer serves are taken, with a warning, and kept as apps/v1.

import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

for (const apiVersion of ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2']) {
  scenario(`a Deployment of ${apiVersion}`, (terminal) => {
    test('is applied with a warning and runs', async () => {
      const selector = apiVersion === 'apps/v1beta2' ? '  selector: {matchLabels: {app: old}}\n' : '';
      terminal.file(
        'old.yml',
        `apiVersion: ${apiVersion}\nkind: Deployment\nmetadata: {name: old}\nspec:\n  replicas: 2\n${selector}  template:\n    metadata: {labels: {app: old}}\n    spec: {containers: [{name: a, image: web:1}]}\n`,
      );
      await terminal.run(
        'kubectl apply $V -f old.yml',
        'created',
        `Warning: ${apiVersion} Deployment is deprecated`,
      );
      await terminal.run('kubectl rollout status deployment/old --timeout=30s', 'successfully rolled out');
      await terminal.run('kubectl get deployments.v1.apps old -o yaml', 'apiVersion: apps/v1', 'app: old');
      await terminal.run('kubectl apply $V -f old.yml', 'unchanged');
    });
  });
}
