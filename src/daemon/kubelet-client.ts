// The API server as a client of kubelets: with which certificate it comes, and how a kubelet knows it.

import type { ClientOrder } from '../apiserver/auth/certificate-authority.ts';
import type { PeerName } from '../kubelet/server/kubelet-server.ts';

/** The certificate's file name. */
export const kubeletClientFile = 'apiserver-kubelet-client';

export const kubeletClientOrder: ClientOrder = {
  commonName: 'kube-apiserver-kubelet-client',
  organizations: ['system:masters'],
};

/** Whoever may ask the API server for a log may get it; what comes from elsewhere was asked by nobody who was checked. */
export function isApiServer({ commonName }: PeerName): boolean {
  return commonName === kubeletClientOrder.commonName;
}
