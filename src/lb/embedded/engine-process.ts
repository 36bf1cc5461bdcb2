// The engine process: its main thread carries models to the worker threads, watches the servers and reports; the workers move the traffic.
// It outlives its balancer only for what is under way, and dies as a whole: a thread that fails takes it down, and the balancer starts it again.

import { flushCompileCache } from 'node:module';
import { deepEqual } from '../../base/deep-equal.ts';
import type { Problem } from '../engine.ts';
import { SlotAllocation } from './connection-slots.ts';
import { Crew } from './crew.ts';
import {
  drainMs,
  type EngineOrder,
  type EngineReply,
  type Entrance,
  inFlightEveryMs,
} from './engine-messages.ts';
import { changed, emptyModel, type ModelChange } from './model-change.ts';
import { SharedState } from './state/shared-state.ts';

const workers = Number(process.argv[2] ?? 1);
const state = new SharedState({ workers });
const crew = new Crew(workers, { onDeath: fail, onRefusedPort: tell });
const slots = new SlotAllocation();
let model = emptyModel;
let entrance: Entrance | undefined;
let toldInFlight = -1;
let sinceTold = 0;

/** Everything is loaded by then, and no start is held up by writing down what it compiled. */
const flushAfterMs = 1_000;
/** At least so often, in steps of inFlightEveryMs: also a sign of life. */
const mostUntold = 5;

function fail(reason: unknown): never {
  const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
  // One line: the log of the balancer has it as one entry. Synchronous, since nothing is flushed after it.
  process.stderr.write(`${text.replace(/\s*\n\s*/g, ' | ')}\n`);
  process.exit(70);
}

function tell(reply: EngineReply): void {
  if (process.connected) process.send?.(reply);
}

async function apply(change: ModelChange): Promise<readonly Problem[]> {
  model = changed(model, change);
  const plan = state.plan(model);
  const { frontends, certificates, secrets, accessLog } = model;
  const next: Entrance = { frontends, certificates, secrets, accessLog, slots: slots.allot(frontends) };
  if (entrance === undefined) {
    entrance = next;
    return crew.begin(next, (worker) => state.workerInit(worker));
  }
  const news = deepEqual(entrance, next) ? undefined : next;
  entrance = next;
  return crew.update(plan, news);
}

async function drain(): Promise<void> {
  crew.drain();
  setTimeout(() => process.exit(0), drainMs);
  await crew.drained;
  process.exit(0);
}

/** A port comes as a handle that stays behind when its descriptor goes to a worker: closed, it would close whatever has the number then. */
function obey(order: EngineOrder, port: unknown): void {
  if ('port' in order) crew.give(order.worker, order.port, (port as { fd: number }).fd);
  else if ('apply' in order)
    void apply(order.change).then((problems) => tell({ applied: order.apply, problems }));
  else if ('report' in order) tell({ reported: order.report, stats: state.stats() });
  else void drain();
}

function tellInFlight(): void {
  const inFlight = entrance === undefined ? 0 : state.inFlight();
  sinceTold += 1;
  if (inFlight === toldInFlight && sinceTold < mostUntold) return;
  toldInFlight = inFlight;
  sinceTold = 0;
  tell({ inFlight });
}

process.title = 'relevo lb';
// Not at the end: most lives end by a signal that nobody hears.
setTimeout(flushCompileCache, flushAfterMs).unref();
process.on('uncaughtException', fail);
// Killed or not, its balancer is no more: the next one has an engine of its own, for which new connections wait in the backlog.
process.on('disconnect', () => void drain());
// A terminal signals its whole foreground group; it is the balancer that decides when things end.
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, () => {});
process.on('message', obey);
state.events.subscribe((event) => tell({ event }));
setInterval(tellInFlight, inFlightEveryMs);
