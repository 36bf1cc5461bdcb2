// A balancer's process with an embedded engine and nothing else, to be killed. Takes a model, says when it is served and by whom.

import { tmpdir } from 'node:os';
import { silentLogger } from '../../src/base/logger.ts';
import { EmbeddedEngine } from '../../src/lb/embedded/engine.ts';
import type { LbModel } from '../../src/lb/model.ts';

const engine = new EmbeddedEngine({ logger: silentLogger, folder: tmpdir(), workers: 1 });

async function serve(model: LbModel): Promise<void> {
  await engine.apply(model);
  process.send?.((await engine.stats()).pid);
}

process.once('message', (model: LbModel) => void serve(model));
