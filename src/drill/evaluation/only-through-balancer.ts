// Whether users reach the application through the balancer alone: its pods must not answer from elsewhere. The machine that a cluster of our
// own runs on may well reach them, as a host reaches its guests; then it must not hand on what others send to them.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { pods } from '../../client/resources.ts';
import { headed, type Told, told } from '../told.ts';
import { impossible, no, type Question, yes } from './question.ts';

const patienceMs = 2_000;

export const onlyThroughBalancer: Question = {
  id: 'only-through-balancer',
  group: 'classic',
  text: {
    en: 'Is the application reached only through the balancer?',
    es: '¿Solo se llega a la aplicación a través del balanceador?',
  },
  async ask({ world, target }) {
    const { items } = await world.client.resource(pods, target.namespace).list();
    const doors = items
      .filter(({ metadata }) => target.pods.some(({ uid }) => uid === metadata.uid))
      .flatMap(({ spec, status }) =>
        (spec?.containers ?? []).flatMap(({ ports = [] }) =>
          ports.flatMap(({ containerPort }) =>
            status?.podIP ? [{ host: status.podIP, port: containerPort }] : [],
          ),
        ),
      );
    if (doors.length === 0) return impossible(noPorts);
    const open = (await Promise.all(doors.map(isOpen))).flatMap((door) => door ?? []);
    if (open.length === 0) return yes(unreached(doors.length));
    const why = world.machinery ? whyOthersDoNot(open) : undefined;
    const some = open
      .slice(0, 3)
      .map(({ host, port }) => `${host}:${port}`)
      .join(', ');
    return why === undefined ? no(reached(some)) : yes(headed(onlyHere(some), why));
  },
};

interface Door {
  readonly host: string;
  readonly port: number;
}

/** Of pods that this machine reaches, on itself; undefined: others may reach them as well. */
function whyOthersDoNot(open: readonly Door[]): Told | undefined {
  const hosts = open.map(({ host }) => host);
  if (hosts.every((host) => host.startsWith('127.'))) return loopback;
  const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const isOfMachine = own.some(({ address, internal }) => !internal && hosts.includes(address));
  return isOfMachine || forwards() ? undefined : notForwarded;
}

/** Whether this machine is a router for others; where that cannot be read, it may be. */
function forwards(): boolean {
  try {
    return readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8').trim() !== '0';
  } catch {
    return true;
  }
}

const loopback = told(
  'other machines do not, these are addresses of its loopback',
  'otras máquinas no, son direcciones de su bucle local',
);

const notForwarded = told(
  'other machines do not, it forwards nothing (net.ipv4.ip_forward is 0)',
  'otras máquinas no, no reenvía nada (net.ipv4.ip_forward es 0)',
);

function unreached(count: number): Told {
  return told(
    `none of ${count} addresses of its pods can be reached from here`,
    `desde aquí no se llega a ninguna de las ${count} direcciones de sus pods`,
  );
}

function onlyHere(doors: string): Told {
  return told(
    `only the machine that the cluster runs on reaches its pods (${doors})`,
    `solo la máquina en la que se ejecuta el clúster llega a sus pods (${doors})`,
  );
}

const noPorts = told('its pods name no ports', 'sus pods no nombran puertos');

function reached(doors: string): Told {
  return told(
    `its pods are reached without the balancer: ${doors}`,
    `se llega a sus pods sin el balanceador: ${doors}`,
  );
}

/** What was reached; undefined: nobody. */
function isOpen(door: Door): Promise<Door | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ ...door });
    const end = (found: Door | undefined) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(patienceMs, () => end(undefined));
    socket.once('connect', () => end(door));
    socket.once('error', () => end(undefined));
  });
}
