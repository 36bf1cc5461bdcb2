// Sees to it that every namespace has its `default` ServiceAccount.

import { splitKey } from '../client/object-key.ts';
import { namespaces, serviceAccounts } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { createUnlessThere, isActive } from './namespace-furniture.ts';

const name = 'default';

export function createServiceAccountController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const accounts = informers.for(serviceAccounts);
  const controller = new Controller(context, {
    name: 'serviceaccount-controller',
    async reconcile(key) {
      const namespace = splitKey(key).name;
      if (!isActive(informers, namespace) || accounts.lister.find(namespace, name)) return;
      await createUnlessThere(client.resource(serviceAccounts, namespace), { metadata: { name, namespace } });
    },
  });
  controller.watch(informers.for(namespaces));
  controller.watch(accounts, ({ metadata }) => (metadata.name === name ? [metadata.namespace ?? ''] : []));
  return controller;
}
