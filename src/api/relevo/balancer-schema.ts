// relevo.dev/v1alpha1 Balancer: one balancer of the cluster, written by itself. The schema is the reference of its fields.

import type { Schema } from '../schema.ts';
import { conditions, fields, flag, text } from './field-schemas.ts';

function whole(description: string): Schema {
  return { type: 'integer', format: 'int32', minimum: 0, description };
}

function list(description: string, items: Schema, more: Schema = {}): Schema {
  return { type: 'array', description, items, ...more };
}

const totals = fields('What is served altogether.', {
  backends: whole('How many backends there are.'),
  servers: whole('How many servers they have.'),
  active: whole('How many of these new requests may go to.'),
  sorry: whole('How many backends show their sorry page.'),
});

const server = fields('One server of a backend.', {
  id: text('What hash and cookies go by: the UID of the pod, or the name of the node.'),
  name: text('The name of the pod or the node.'),
  address: text('Its address and port.'),
  node: text('The node that it runs on.'),
  role: text('primary or backup.'),
  state: text('What is wanted of it: ready, drain, maint or departing.'),
  health: text('What its checks say: up, down or unchecked.'),
  ejected: flag('Whether errors of real traffic took it out.'),
  active: flag('Whether new requests may go to it.'),
  reason: text(
    'Why new requests do not go to it, or not all of them: not ready, terminating, an annotation, a check.',
  ),
  weight: whole('Its weight at this moment.'),
});

const backend = fields('One backend: a port of a Service.', {
  name: text('The Service and the port.'),
  sorry: flag('Whether the sorry page is shown.'),
  backupsActive: whole('How many backups serve.'),
  backupsWanted: whole('How many backups are asked for.'),
  servers: list('Its servers; of many only the first are listed.', server),
});

const problem = fields('Something of the configuration that is not in force.', {
  subject: text('What is meant.'),
  message: text('What is wrong with it.'),
});

const departure = fields(
  'The acknowledgement that nothing is under way to a pod that is to go, and nothing will be.',
  {
    uid: text('The UID of the pod.'),
    time: text('When that became so.', { format: 'date-time' }),
  },
  { required: ['uid', 'time'] },
);

export const balancerSchema: Schema = fields('One balancer of the cluster, and what it says of itself.', {
  status: fields('What the balancer does.', {
    engine: text('What moves its traffic: embedded or haproxy.'),
    version: text('The version of the program.'),
    totals,
    backends: list('Its backends; of many only the first are listed.', backend),
    problems: list('What is not in force.', problem),
    departures: list('Pods that are to go and that nothing is under way to.', departure, {
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
    }),
    conditions: conditions(
      'DeparturesAwaited: whether the kubelets tell a pod to end only when nothing is under way to it any more.',
    ),
  }),
});
