// Which replicas a fault hits. Names of pods are random, and so is the order in which an API lists them: candidates are brought into the order
// of what stays the same from run to run (role, node, age, address) before a number is drawn.

import type { TargetPod, TargetView } from '../../world/world.ts';
import type { Parameters, Victims } from '../fault.ts';
import { countIn, type Role, roleIn, textIn } from '../parameters.ts';
import { draw, wantedOf } from './draw.ts';
import { nobody } from './nobody.ts';

/** Throws, saying so, when nobody or not enough of them are there. */
export function choosePods(target: TargetView, parameters: Parameters, random: () => number): Victims {
  const name = textIn(parameters, 'pod');
  if (name !== undefined) return ofPods([podNamed(target, name)]);
  const node = textIn(parameters, 'node');
  const role = roleIn(parameters);
  const candidates = podsOf(target, role).filter((pod) => node === undefined || pod.node === node);
  const what = `${role === 'any' ? 'replica' : role} of ${target.service}${node === undefined ? '' : ` on ${node}`}`;
  if (candidates.length === 0) throw new Error(`there is no ready ${what} that could be hit`);
  const wanted = wantedOf(candidates.length, {
    count: countIn(parameters, 'count'),
    share: textIn(parameters, 'share'),
  });
  if (wanted > candidates.length)
    throw new Error(`${wanted} are to be hit, but there are only ${candidates.length} ready: ${what}`);
  return ofPods(draw(candidates, wanted, random));
}

/** Ready ones, in an order that does not change from run to run. */
export function podsOf({ pods }: TargetView, role: Role): TargetPod[] {
  return pods.filter((pod) => pod.ready && (role === 'any' || pod.role === role)).sort(byWhatStays);
}

export function ofPods(pods: readonly TargetPod[]): Victims {
  return { ...nobody, pods: pods.map(victim) };
}

/** As Victims have it. */
export function victim({ namespace, name, uid, node }: TargetPod): Victims['pods'][number] {
  return { namespace, name, uid, node };
}

function podNamed({ pods, service }: TargetView, name: string): TargetPod {
  const found = pods.find((pod) => pod.name === name);
  if (found) return found;
  const names = pods.map((pod) => pod.name).sort();
  throw new Error(`${service} has no replica "${name}"; it has ${names.join(', ') || 'none'}`);
}

function byWhatStays(a: TargetPod, b: TargetPod): number {
  return (
    -compare(a.role, b.role) ||
    compare(a.node, b.node) ||
    (a.createdAt ?? 0) - (b.createdAt ?? 0) ||
    compare(sortable(a.address), sortable(b.address)) ||
    compare(a.name, b.name)
  );
}

/** By code units: the order must not depend on the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** 10.0.0.9 comes before 10.0.0.10. */
function sortable(address: string): string {
  return address.replace(/\d+/g, (digits) => digits.padStart(5, '0'));
}
