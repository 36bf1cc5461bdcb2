// Publishes the cluster's CA certificate as the ConfigMap kube-root-ca.crt in every namespace, so that pods can trust the API.

import { deepEqual } from '../base/deep-equal.ts';
import { splitKey } from '../client/object-key.ts';
import { configMaps, namespaces } from '../client/resources.ts';
import { Controller, type ControllerContext } from './controller.ts';
import { createUnlessThere, isActive } from './namespace-furniture.ts';

const name = 'kube-root-ca.crt';

export interface RootCaOptions {
  /** The CA certificate, PEM. */
  caCertificate: string;
}

export function createRootCaController(
  context: ControllerContext,
  { caCertificate }: RootCaOptions,
): Controller {
  const { client, informers } = context;
  const maps = informers.for(configMaps);
  const data = { 'ca.crt': caCertificate };
  const annotations = {
    'kubernetes.io/description': "Contains a CA bundle that can be used to verify the cluster's API server.",
  };
  const controller = new Controller(context, {
    name: 'root-ca-certificate-publisher-controller',
    async reconcile(key) {
      const namespace = splitKey(key).name;
      if (!isActive(informers, namespace)) return;
      const api = client.resource(configMaps, namespace);
      const old = maps.lister.find(namespace, name);
      if (!old) await createUnlessThere(api, { metadata: { name, namespace, annotations }, data });
      else if (!deepEqual(old.data, data)) await api.update({ ...old, data });
    },
  });
  controller.watch(informers.for(namespaces));
  controller.watch(maps, ({ metadata }) => (metadata.name === name ? [metadata.namespace ?? ''] : []));
  return controller;
}
