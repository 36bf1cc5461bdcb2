// Who simulated nodes are to the API. A file of its own: whoever issues the certificate needs none of what the nodes are made of.

import type { ClientOrder } from '../apiserver/auth/certificate-authority.ts';

/** Where the kubelets of all simulated nodes serve logs and figures. */
export const simulatedHost = '127.0.0.1';

/** One for all nodes: one certificate each would cost more than the nodes. */
export const simulatedNodesOrder: ClientOrder = {
  commonName: 'relevo-simulated-nodes',
  organizations: ['system:masters'],
  addresses: [simulatedHost],
};
