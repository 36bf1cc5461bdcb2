// A balancer in front of a thousand servers; SIGUSR2 begins to change them a hundred times a second, and ends it again.
// Arguments: engine, its port, a folder, ports of servers. While it changes, FOLDER/changes says how many changes are in force.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '../../src/base/logger.ts';
import { engineOf } from '../../src/daemon/lb-engines.ts';
import type { EngineName } from '../../src/lb/engine.ts';
import type { LbModel, Server } from '../../src/lb/model.ts';
import { backendOf, frontendOf, modelOf, serverOf } from '../../tests/support/lb/models.ts';

const count = 1_000;
const perSecond = 100;

const [name = 'embedded', portText, folder = '.', ...originPorts] = process.argv.slice(2);
const origins = originPorts.map(Number);
const servers: Server[] = Array.from({ length: count }, (_, index) => newServer(index));
const engine = await engineOf(name as EngineName, { logger: silentLogger, folder, workers: 1 });
let timer: NodeJS.Timeout | undefined;
let made = 0;
let done = 0;

function newServer(number: number): Server {
  const port = origins[number % origins.length] ?? 0;
  // Addresses of their own: every one of 127.0.0.0/8 is this machine.
  const address = `127.1.${(number % count) >> 8}.${number & 255}`;
  return { ...serverOf({ name: `s${number}`, port }), address };
}

function model(): LbModel {
  const check = { interMs: 10_000, timeoutMs: 1_000, rise: 1, fall: 2 };
  return modelOf([frontendOf(Number(portText))], [backendOf([...servers], { check })]);
}

/** In turn: a weight, a server that leaves, one that enters. */
function change(): void {
  const number = made++;
  const index = Math.floor(Math.random() * servers.length);
  const server = servers[index];
  if (number % 3 === 0 && server) servers[index] = { ...server, weight: 1 + (number % 8) };
  else if (number % 3 === 1) servers.splice(index, 1);
  else servers.push(newServer(count + number));
}

function toggle(): void {
  if (timer) {
    clearInterval(timer);
    timer = undefined;
    writeFileSync(path.join(folder, 'changes'), String(done));
    return;
  }
  const began = performance.now();
  const first = made;
  done = 0;
  timer = setInterval(() => {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    while (made - first < due) {
      change();
      const upTo = made - first;
      void engine.apply(model()).then(() => {
        done = Math.max(done, upTo);
      });
    }
  }, 1_000 / perSecond);
}

process.on('SIGUSR2', toggle);
process.on('SIGTERM', () => void engine.close().then(() => process.exit(0)));
await engine.apply(model());
