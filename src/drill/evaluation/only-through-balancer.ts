// Whether the application is reached through the balancer alone: from here, its pods must not answer.

import { connect } from 'node:net';
import { pods } from '../../client/resources.ts';
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
    if (doors.length === 0) return impossible('its pods name no ports');
    const open = (await Promise.all(doors.map(isOpen))).filter((door) => door !== undefined);
    if (open.length > 0)
      return no(
        `this machine reaches its pods without the balancer: ${open.slice(0, 3).join(', ')}; others were not tried`,
      );
    return yes(`none of ${doors.length} addresses of its pods can be reached from here`);
  },
};

/** What was reached; undefined: nobody. */
function isOpen({ host, port }: { host: string; port: number }): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (found: string | undefined) => {
      socket.destroy();
      resolve(found);
    };
    socket.setTimeout(patienceMs, () => end(undefined));
    socket.once('connect', () => end(`${host}:${port}`));
    socket.once('error', () => end(undefined));
  });
}
