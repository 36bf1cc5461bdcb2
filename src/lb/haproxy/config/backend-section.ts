// A backend without its servers: those come and go while HAProxy runs.

import type { Backend } from '../../model.ts';
import { outcomeHeader } from '../../outcome.ts';
import { proxyName } from '../names.ts';
import { checkRules } from './checks.ts';
import { upgradeTable } from './global-section.ts';
import { pageAtLast, pageAtOnce, pageForOverflow, rememberWishes } from './page.ts';
import { goHome, hasHome, persistenceRules } from './persistence.ts';
import { duration, section } from './quoting.ts';
import { hasServer, waitingRoomAnswers, waitingRoomLine } from './waiting-room.ts';

interface BackendContext {
  /** The lines of its servers. */
  readonly servers: readonly string[];
  /** It has a waiting room. */
  readonly waits: boolean;
  /** Frontends have pages of their own for what a server does not answer. */
  readonly hasOwnPages: boolean;
}

export function backendSection(backend: Backend, context: BackendContext): string {
  const { servers, waits } = context;
  const rules = backend.mode === 'http' ? httpRules(backend, context) : [];
  return section(`backend ${proxyName(backend.name)}`, [
    `mode ${backend.mode}`,
    ...balanceRules(backend),
    ...limitRules(backend),
    ...retryRules(backend, waits),
    ...checkRules(backend),
    // Otherwise only the first of them would serve.
    'option allbackups',
    // A client that has said all it has to say still listens.
    ...(backend.mode === 'tcp' ? ['no option abortonclose'] : []),
    ...affinityRules(backend),
    ...rules,
    ...servers,
    ...(waits ? [waitingRoomLine(backend)] : []),
  ]);
}

function balanceRules({ balance }: Backend): string[] {
  switch (balance) {
    case 'source':
      return ['balance source', 'hash-type consistent sdbm avalanche'];
    case 'random':
      return ['balance random(2)'];
    default:
      return [`balance ${balance}`];
  }
}

function limitRules({ mode, timeouts, queue, fullconn }: Backend): string[] {
  // In mode tcp a connection may be silent for as long as a tunnel may.
  const serverMs = mode === 'tcp' ? timeouts.tunnelMs : timeouts.serverMs;
  return [
    `timeout connect ${duration(timeouts.connectMs)}`,
    `timeout server ${duration(serverMs)}`,
    `timeout tunnel ${duration(timeouts.tunnelMs)}`,
    `timeout queue ${duration(queue.timeoutMs)}`,
    ...(fullconn === undefined ? [] : [`fullconn ${fullconn}`]),
  ];
}

// Refused connections, and kept ones that turn out to be dead, count as well in HAProxy: a request that was in flight when several servers
// died has to meet all of them before one that lives, or the waiting room, for whose sake nobody should run out of tries.
const refusals = 3;
const refusalsBeforeWaiting = 10;

// Not after a time-out: with `response-timeout` HAProxy 2.6 now and then closes on a client without a word when the last server is lost.
const retryOn = ['retry-on conn-failure empty-response'];

function retryRules({ mode, retries }: Backend, waits: boolean): string[] {
  const more = waits ? refusalsBeforeWaiting : refusals;
  return [
    `retries ${retries.attempts === 0 ? 0 : retries.attempts + more}`,
    retries.redispatch ? 'option redispatch 1' : 'no option redispatch',
    ...(mode === 'http' ? retryOn : []),
  ];
}

function affinityRules({ affinityMs }: Backend): string[] {
  if (affinityMs === undefined) return [];
  return [`stick-table type ipv6 size 1m expire ${duration(affinityMs)}`, 'stick on src'];
}

function httpRules(backend: Backend, { waits, hasOwnPages }: BackendContext): string[] {
  const name = proxyName(backend.name);
  const persistence = persistenceRules(backend);
  const isNone = waits ? `!${hasServer(backend)}` : '{ nbsrv lt 1 }';
  // A process that is stopping counts no servers, but has them.
  const mayGoOn = ['{ nbsrv gt 0 }', '{ stopping }', ...(persistence.length > 0 ? [hasHome] : [])];
  return [
    // RFC 9110 section 9.2.2: the others may be repeated.
    'http-request disable-l7-retry unless { method GET HEAD OPTIONS TRACE PUT DELETE }',
    ...rememberWishes,
    ...persistence,
    pageForOverflow(name, backend),
    ...pageAtOnce(name, backend, mayGoOn),
    ...(waits ? waitingRoomAnswers : [`http-response del-header ${outcomeHeader}`]),
    `http-response track-sc2 fe_name,concat("|${name}") table ${upgradeTable} if { status 101 }`,
    'http-response sc-inc-gpc0(2) if { status 101 }',
    ...pageAtLast(name, backend, { isNone, hasOwnPages }),
    ...(persistence.length > 0 ? [goHome] : []),
  ];
}
