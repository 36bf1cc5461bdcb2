// What people do first: a Deployment and a Service, scaled, updated, rolled back, deleted, as in every tutorial.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scenario } from '../support/terminal.ts';

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{containerPort: 5000}]
        resources: {requests: {cpu: 100m, memory: 64Mi}}
`;

const service = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  type: NodePort
  selector: {app: web}
  ports: [{port: 8000, targetPort: 5000}]
`;

scenario('a Deployment and a Service from files', (terminal) => {
  test('apply -f creates both, and rollout status waits for the replicas', async () => {
    terminal.file('deployment.yml', deployment);
    terminal.file('service.yml', service);
    await terminal.run(
      'kubectl apply $V -f deployment.yml -f service.yml',
      'deployment.apps/web created',
      'service/web created',
    );
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    await terminal.run('kubectl get deployment web', /web +3\/3 +3 +3/);
  });

  test('the replicas are spread over the nodes', async () => {
    const nodes = await terminal.run("kubectl get pods -l app=web -o jsonpath='{.items[*].spec.nodeName}'");
    assert.equal(new Set(nodes.split(' ')).size, 3, nodes);
  });

  test('the Service has an address, a node port and the replicas as endpoints', async () => {
    await terminal.run(
      'kubectl get service web',
      /web +NodePort +10\.\d+\.\d+\.\d+ +<none> +8000:3\d{4}\/TCP/,
    );
    await terminal.until(
      "kubectl get endpoints web -o jsonpath='{.subsets[0].addresses[*].ip}' | wc -w",
      '3',
    );
    await terminal.until(
      "kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints[*].conditions.ready}'",
      'true true true',
    );
  });

  test('applying the same files again changes nothing', async () => {
    await terminal.run(
      'kubectl apply $V -f deployment.yml -f service.yml',
      'deployment.apps/web unchanged',
      'service/web unchanged',
    );
  });

  test('scale goes up and down', async () => {
    await terminal.run('kubectl scale deployment web --replicas=5', 'scaled');
    await terminal.until('kubectl get deployment web', /5\/5/);
    await terminal.run('kubectl scale deployment web --replicas=2', 'scaled');
    await terminal.until('kubectl get pods -l app=web --no-headers | wc -l', /^2$/m);
  });

  test('set image rolls out, undo rolls back, and history knows both', async () => {
    await terminal.run('kubectl set image deployment/web web=web:2', 'image updated');
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    await terminal.run('kubectl annotate deployment/web kubernetes.io/change-cause=second', 'annotated');
    await terminal.run('kubectl rollout history deployment/web', /^1 /m, /^2 +second/m);
    await terminal.run('kubectl rollout undo deployment/web', 'rolled back');
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    const image = await terminal.run(
      "kubectl get pods -l app=web -o jsonpath='{.items[0].spec.containers[0].image}'",
    );
    assert.equal(image, 'web:1');
    await terminal.run('kubectl rollout history deployment/web --revision=2', 'web:2');
  });

  test('a paused rollout waits, a resumed one goes on, a restart replaces every pod', async () => {
    await terminal.run('kubectl rollout pause deployment/web', 'paused');
    await terminal.run('kubectl set image deployment/web web=web:3', 'image updated');
    await terminal.run(
      "kubectl get rs -l app=web -o jsonpath='{.items[*].spec.template.spec.containers[0].image}'",
      /^(?!.*web:3)/,
    );
    await terminal.run('kubectl rollout resume deployment/web', 'resumed');
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    const before = await terminal.run('kubectl get pods -l app=web -o name');
    await terminal.run('kubectl rollout restart deployment/web', 'restarted');
    await terminal.run('kubectl rollout status deployment/web --timeout=30s', 'successfully rolled out');
    await terminal.until('kubectl get pods -l app=web --no-headers | wc -l', /^2$/m);
    const now = await terminal.run('kubectl get pods -l app=web -o name');
    assert.equal(before.split('\n').filter((name) => now.includes(name)).length, 0);
  });

  test('a deleted pod is replaced', async () => {
    const [victim = ''] = (await terminal.run('kubectl get pods -l app=web -o name')).split('\n');
    await terminal.run(`kubectl delete ${victim}`, 'deleted');
    await terminal.until('kubectl get deployment web', /2\/2/);
    await terminal.fails(`kubectl get ${victim}`, 'not found');
  });

  test('delete takes the Deployment with everything that it owns', async () => {
    await terminal.run(
      'kubectl delete -f deployment.yml -f service.yml',
      'deployment.apps "web" deleted',
      'service "web" deleted',
    );
    await terminal.until('kubectl get all --no-headers', /^service\/kubernetes.*\n$/);
  });
});

scenario('the same with commands only', (terminal) => {
  test('create deployment, expose, autoscale', async () => {
    await terminal.run('kubectl create deployment web --image=web:1 --replicas=2 --port=80', 'created');
    await terminal.run(
      'kubectl wait $V --for=condition=Available deployment/web --timeout=30s'.replace(' $V', ''),
      'condition met',
    );
    await terminal.run(
      'kubectl expose deployment web --port=8000 --target-port=80 --type=LoadBalancer',
      'exposed',
    );
    await terminal.run('kubectl autoscale deployment web --min=2 --max=4 --cpu-percent=50', 'autoscaled');
    await terminal.run('kubectl get hpa web', /Deployment\/web/);
  });

  test('run, and a run that is a dry run', async () => {
    await terminal.run('kubectl run one --image=web:1 --labels=app=one', 'pod/one created');
    await terminal.run('kubectl wait --for=condition=Ready pod/one --timeout=30s', 'condition met');
    await terminal.run('kubectl run two --image=web:1 --dry-run=client -o yaml', 'image: web:1');
    if (terminal.kubectlVersion === '1.20') return; // its server-side dry run wants the OpenAPI documents of old
    await terminal.run('kubectl run two --image=web:1 --dry-run=server', 'created (server dry run)');
    await terminal.fails('kubectl get pod two', 'not found');
  });

  test('describe tells the story of a pod and of a Deployment', async () => {
    await terminal.run('kubectl describe pod one', /Status: +Running/, /Node: +node-/, 'Scheduled');
    await terminal.run(
      'kubectl describe deployment web',
      'ScalingReplicaSet',
      /Replicas: +2 desired/,
      'NewReplicaSet:',
    );
    await terminal.run('kubectl describe service web', /Endpoints: +[\d.]+:80,[\d.]+:80/);
  });

  test('logs are read, whole, in part and with times', async () => {
    await terminal.run('kubectl logs one', 'simulated container one started');
    await terminal.run('kubectl logs one --tail=1 --timestamps', /^\d{4}-.*Z simulated container one/m);
    await terminal.run('kubectl logs deployment/web', 'started');
    await terminal.fails('kubectl logs one -c nope', 'container nope is not valid for pod one');
  });

  test('events are told, also by kubectl events', async () => {
    await terminal.run('kubectl get events --field-selector involvedObject.name=one', 'Scheduled');
    if (terminal.kubectlVersion !== '1.20') await terminal.run('kubectl events --for pod/one', 'Scheduled');
  });
});
