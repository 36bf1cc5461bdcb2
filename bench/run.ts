// All benchmarks, or those that are named: bench/run.ts [NAME…] [--json FILE|-] [--kubeconfig FILE] [--beside KUBECONFIG] [--network KIND]

import { api } from './api.ts';
import { clusterMemory } from './cluster-memory.ts';
import { lb } from './lb.ts';
import { lbBackups } from './lb-backups.ts';
import { lbChanges } from './lb-changes.ts';
import { load } from './load.ts';
import { runBenches } from './measure/bench.ts';
import { memory } from './memory.ts';
import { nodeLoss } from './node-loss.ts';
import { podNetwork } from './pod-network.ts';
import { podStart } from './pod-start.ts';
import { pods } from './pods.ts';
import { startup } from './startup.ts';
import { up } from './up.ts';
import { watch } from './watch.ts';

await runBenches([
  startup,
  pods,
  api,
  watch,
  memory,
  up,
  podStart,
  nodeLoss,
  clusterMemory,
  podNetwork,
  lb,
  lbBackups,
  lbChanges,
  load,
]);
