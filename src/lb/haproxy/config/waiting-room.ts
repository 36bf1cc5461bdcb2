// The queue in front of cold backups. HAProxy queues requests only while it has a server to queue for; so a backend whose backups are still to
// come has a last server that is always there and takes one request at a time: all others wait in HAProxy's own queue behind it, and the
// first real server that comes takes them from there. The one request waits in a frontend that this server leads to, with a few lines of Lua
// (a build without has no such server: the page is shown at once), and then goes to the real servers from there, or gets the page.

import type { Backend } from '../../model.ts';
import { outcomeHeader } from '../../outcome.ts';
import { digest, proxyName } from '../names.ts';
import { pageAfterWait } from './page.ts';
import { duration, section } from './quoting.ts';

/** Never a name of a model's server: proxyName() makes no such underscore. */
export const waitingRoom = 'waiting_room';
export const waitingRoomScriptFile = 'waiting-room.lua';

/** How often it is seen to that somebody is first. */
const callMs = 50;
/** Of the time in the queue this is for being called, and for those behind to follow: at most, and as a share of a short one. */
const reserveMs = 500;
const reserveShare = 1 / 3;
/** Behind all others, also where the order of numbers decides. */
export const waitingRoomNumber = 2_147_483_647;

export function hasWaitingRoom({ mode, backup, queue }: Backend): boolean {
  return mode === 'http' && backup?.start === 'cold' && queue.max > 0;
}

/** Whether a real server is usable, as a condition for rules that are seldom reached: it asks Lua. */
export function hasServer({ name }: Backend): string {
  return `{ lua.has_server(${proxyName(name)}) -m bool }`;
}

const isFromWaitingRoom = `{ srv_name -m str ${waitingRoom} }`;

/** What it says of an answer of the balancer is true, as it is of no other server. */
export const waitingRoomAnswers = [
  `http-response del-header ${outcomeHeader} unless ${isFromWaitingRoom}`,
  `http-response set-var(txn.outcome) str(sorry) if ${isFromWaitingRoom} { res.hdr(${outcomeHeader}) -m str sorry }`,
];

/**
 * The server. By the hash of a client everybody would wait in the queue of this server, which no other takes from: there it takes all.
 */
export function waitingRoomLine(backend: Backend): string {
  const limit = backend.balance === 'source' ? '' : ' maxconn 1';
  return `server ${waitingRoom} unix@${socketOf(backend)} backup id ${waitingRoomNumber} weight 1${limit} pool-max-conn 0`;
}

/** The frontend behind it. It is told of nowhere: who waits here is counted where it came in. */
export function waitingRoomSection(backend: Backend): string {
  const { queue, timeouts } = backend;
  const name = proxyName(backend.name);
  // Before the time-outs of those behind, and before the backend takes the wait for a server that does not answer.
  const limitMs = Math.min(queue.timeoutMs, timeouts.serverMs);
  const waitMs = Math.ceil(limitMs - Math.min(reserveMs, limitMs * reserveShare));
  return section(`frontend ${waitingRoom}:${name}`, [
    'mode http',
    'no log',
    `bind unix@${socketOf(backend)} mode 600`,
    `timeout client ${duration(timeouts.tunnelMs)}`,
    `http-request lua.wait_for_server ${name} ${waitMs}`,
    ...pageAfterWait(name, backend, `!${hasServer(backend)}`),
    `default_backend ${name}`,
  ]);
}

function socketOf({ name }: Backend): string {
  return `wait-${digest(name)}`;
}

/**
 * `act` and `bck` are the usable servers of a backend, one of which is the waiting room itself. Two things that HAProxy leaves open:
 * - When the time of the first is over, those who are behind it now follow it one after the other: of the queue's own time-out HAProxy says
 *   nothing to somebody whose request had been with servers on kept connections.
 * - Where there was a queue before the last server died nobody is first, and goes to the waiting room, until it is called: to be told its
 *   limit makes a server look into the queue.
 */
export const waitingRoomScript = `local leaving = {}

local function counts_of(backend)
  return core.backends[backend]:get_stats()
end

local function has_server(counts)
  return counts.act + counts.bck > 1
end

local function wait(backend, limit_ms)
  local waited = 0
  while waited < limit_ms do
    if has_server(counts_of(backend)) then return true end
    local step = math.min(100, 10 + waited // 20)
    core.msleep(step)
    waited = waited + step
  end
  return has_server(counts_of(backend))
end

core.register_fetches("has_server", function(_, backend)
  return has_server(counts_of(backend))
end)

core.register_action("wait_for_server", { "http-req" }, function(_, backend, limit_ms)
  local left = leaving[backend] or 0
  if left > 0 then
    leaving[backend] = left - 1
  elseif not wait(backend, tonumber(limit_ms)) then
    leaving[backend] = counts_of(backend).qcur
  end
end, 2)

core.register_task(function()
  local rooms = {}
  for name, backend in pairs(core.backends) do
    rooms[name] = backend.servers["${waitingRoom}"]
  end
  while true do
    core.msleep(${callMs})
    for name, room in pairs(rooms) do
      local counts = counts_of(name)
      if counts.qcur > 0 and not has_server(counts) then room:set_maxconn("1") end
    end
  end
end)
`;
