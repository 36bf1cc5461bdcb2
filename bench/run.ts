// All benchmarks, or those that are named: bench/run.ts [NAME…] [--json FILE|-] [--kubeconfig FILE] [--beside KUBECONFIG]

import { api } from './api.ts';
import { runBenches } from './measure/bench.ts';
import { memory } from './memory.ts';
import { pods } from './pods.ts';
import { startup } from './startup.ts';
import { watch } from './watch.ts';

await runBenches([startup, pods, api, watch, memory]);
