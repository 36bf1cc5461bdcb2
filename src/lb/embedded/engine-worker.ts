// A worker thread of the engine process: takes its orders from the main thread and serves the connections that it accepts. An error that
// nobody catches ends the thread, and with it the process.

import { parentPort } from 'node:worker_threads';
import type { Problem } from '../engine.ts';
import { AcceptBalance } from './accept-balance.ts';
import type { WorkerBeginning, WorkerOrder, WorkerReply, WorkerUpdate } from './engine-messages.ts';
import { Entrances } from './entrances.ts';
import { beat } from './pulse.ts';
import { WorkerState } from './state/worker-state.ts';
import { Toolbox } from './toolbox.ts';

if (parentPort === null) throw new Error('a worker of the engine only runs as a worker thread');
const port = parentPort;

class Duty {
  readonly state: WorkerState;
  readonly tools: Toolbox;
  readonly entrances: Entrances;

  constructor({ init, connections, balance, entrance }: WorkerBeginning) {
    this.state = new WorkerState(init);
    this.tools = new Toolbox(this.state, entrance);
    this.entrances = new Entrances({
      ...{ tools: this.tools, connections, onRefused: tell },
      balance: new AcceptBalance(balance, init.worker),
    });
  }
}

let duty: Duty | undefined;
/** Ports that came before everything else. */
const early: { key: string; fd: number }[] = [];
/** Of the entrance in force. */
let problems: readonly Problem[] = [];

function obey(order: WorkerOrder): void {
  if ('init' in order) void begin(order);
  else if ('port' in order) open(order.port, order.fd);
  else if ('apply' in order) void apply(order);
  else void drain();
}

async function begin(order: WorkerBeginning): Promise<void> {
  duty = new Duty(order);
  beat(order.pulse, order.init.worker);
  for (const { key, fd } of early) duty.entrances.open(key, fd);
  problems = await duty.entrances.update(order.entrance);
  tell({ applied: order.apply, problems });
}

function open(key: string, fd: number): void {
  if (duty) duty.entrances.open(key, fd);
  else early.push({ key, fd });
}

async function apply({ apply: id, plan, entrance }: WorkerUpdate): Promise<void> {
  duty?.state.update(plan);
  if (duty && entrance) {
    duty.tools.update(entrance);
    problems = await duty.entrances.update(entrance);
  }
  tell({ applied: id, problems });
}

async function drain(): Promise<void> {
  await duty?.entrances.drain();
  await duty?.tools.close();
  duty?.state.close();
  tell({ drained: true });
}

function tell(reply: WorkerReply): void {
  port.postMessage(reply);
}

port.on('message', obey);
