// Whether users reach the application through the balancer alone: its pods must not answer from elsewhere. The machine that a cluster of our
// own runs on may well reach them, as a host reaches its guests; then it must not hand on what others send to them.

import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { V1PodStatus } from '../../api/generated/types.ts';
import { hostAndPort } from '../../api/host-and-port.ts';
import { pods } from '../../client/resources.ts';
import { counted } from '../counted.ts';
import { headed, type Told, told } from '../told.ts';
import { type Machine, whyOthersDoNot } from './machine-reach.ts';
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
          ports.flatMap(({ containerPort: port }) => addressesOf(status).map((host) => ({ host, port }))),
        ),
      );
    if (doors.length === 0) return impossible(noPorts);
    const open = (await Promise.all(doors.map(isOpen))).flatMap((door) => door ?? []);
    if (open.length === 0) return yes(unreached(doors.length));
    const hosts = open.map(({ host }) => host);
    const why = world.machinery ? whyOthersDoNot(hosts, thisMachine()) : undefined;
    const some = open
      .slice(0, 3)
      .map(({ host, port }) => hostAndPort(host, port))
      .join(', ');
    return why === undefined ? no(reached(some)) : yes(headed(onlyHere(some), why));
  },
};

interface Door {
  readonly host: string;
  readonly port: number;
}

/** Of both families, where it has both. */
function addressesOf({ podIP, podIPs = [] }: V1PodStatus = {}): string[] {
  return [...new Set([podIP, ...podIPs.map(({ ip }) => ip)])].flatMap((ip) => ip || []);
}

/** The machine that this process runs on. */
function thisMachine(): Machine {
  const own = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const addresses = own.filter(({ internal }) => !internal).map(({ address }) => address);
  return { addresses, settings: '/proc/sys/net' };
}

function unreached(count: number): Told {
  return told(
    `none of ${counted(count, 'address', 'addresses')} of its pods can be reached from here`,
    count === 1
      ? 'desde aquí no se llega a la única dirección de sus pods'
      : `desde aquí no se llega a ninguna de las ${count} direcciones de sus pods`,
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
