// Who may be there: exactly the processes that a cluster at rest is made of, and nobody else.

import assert from 'node:assert/strict';
import type { ClusterProcess, Role } from './cluster-processes.ts';

export interface ExpectedPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  /** What its marker says last. */
  readonly program: string;
}

/** Throws an AssertionError that says who is missing, who is there twice and whom nobody knows. */
export function assertCensus(
  all: readonly ClusterProcess[],
  nodes: readonly string[],
  pods: readonly ExpectedPod[],
): void {
  const pidsOf = (role: Role) => all.filter((one) => one.role === role).map(({ pid }) => pid);
  for (const role of ['supervisor', 'control-plane', 'balancer', 'engine'] as const)
    assert.equal(pidsOf(role).length, 1, `${role}: ${pidsOf(role)}`);
  assert.equal(pidsOf('node-init').length, nodes.length, `node-init: ${pidsOf('node-init')}`);
  const kubelets = all.filter(({ role }) => role === 'kubelet').map(({ node }) => node);
  assert.deepEqual(kubelets.sort(), [...nodes].sort(), 'kubelets');
  assertPods(all, pods);
  assertNoOrphans(all);
}

/** What keeps a pod's namespaces is no container. */
const sandbox = 'sandbox';

/** Each container once, where the API says it is, and no process of any other run or pod. */
function assertPods(all: readonly ClusterProcess[], pods: readonly ExpectedPod[]): void {
  const running = all.filter(({ role }) => role === 'pod');
  const isOf = (one: ClusterProcess, { uid, node, program }: ExpectedPod) =>
    one.podUid === uid && one.node === node && (one.program === program || one.program === sandbox);
  const strangers = running.filter((one) => !pods.some((pod) => isOf(one, pod)));
  assert.deepEqual(strangers, [], 'processes of pods or containers that are not there');
  for (const { name, program } of pods)
    assert.ok(
      running.some((one) => one.program === program),
      `${name}: its container ${program} does not run`,
    );
}

/** Whatever has no mark and no name of its own is the supervisor's, by descent. */
function assertNoOrphans(all: readonly ClusterProcess[]): void {
  const byPid = new Map(all.map((one) => [one.pid, one]));
  const isOfSupervisor = ({ role, parent }: ClusterProcess): boolean => {
    const above = byPid.get(parent);
    return role === 'supervisor' || (above !== undefined && isOfSupervisor(above));
  };
  const orphans = all.filter((one) => one.role === 'other' && !isOfSupervisor(one));
  assert.deepEqual(orphans, [], 'processes that nobody knows');
}
