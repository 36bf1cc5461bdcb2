// Which replicas a fault hits. Names of pods are random, and so is the order in which an API lists them: candidates are brought into the order
// of what stays the same from run to run (role, node, age, address) before a number is drawn.

import { type Told, ToldError, told } from '../../told.ts';
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
  const what = whatIsHit(role, target.service, node);
  if (candidates.length === 0) throw new ToldError(noneReady(what));
  const wanted = wantedOf(candidates.length, {
    count: countIn(parameters, 'count'),
    share: textIn(parameters, 'share'),
  });
  if (wanted > candidates.length) throw new ToldError(tooFew(wanted, candidates.length, what));
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
  throw new ToldError(noSuchReplica(service, name, names.join(', ')));
}

const roles = {
  primary: told('primary', 'principal'),
  backup: told('backup', 'respaldo'),
  any: told('replica', 'réplica'),
};

function whatIsHit(role: Role, service: string, node: string | undefined): Told {
  const where = node === undefined ? told('', '') : told(` on ${node}`, ` en ${node}`);
  return told(`${roles[role].en} of ${service}${where.en}`, `${roles[role].es} de ${service}${where.es}`);
}

/** Where evidence names one. */
export function podOnNode({ name, node }: Victims['pods'][number]): Told {
  return told(`${name} on ${node}`, `${name} en ${node}`);
}

function noneReady(what: Told): Told {
  return told(
    `there is no ready ${what.en} that could be hit`,
    `no hay nada listo a lo que afectar: ${what.es}`,
  );
}

function tooFew(wanted: number, ready: number, what: Told): Told {
  return told(
    `${wanted} are to be hit, but there ${ready === 1 ? 'is' : 'are'} only ${ready} ready: ${what.en}`,
    `hay que afectar a ${wanted}, pero solo hay ${ready} en condiciones: ${what.es}`,
  );
}

function noSuchReplica(service: string, name: string, names: string): Told {
  return told(
    `${service} has no replica "${name}"; it has ${names || 'none'}`,
    `${service} no tiene ninguna réplica «${name}»; ${names ? `tiene ${names}` : 'no tiene ninguna'}`,
  );
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
