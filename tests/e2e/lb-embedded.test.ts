// The embedded engine keeps the rules of the balancer, on one worker thread and on several.

import { lbEngineConformance } from '../conformance/lb-engine.ts';

lbEngineConformance({ name: 'embedded', workers: 3, deviations: {} });
lbEngineConformance({ name: 'embedded', workers: 1, deviations: {} }, ['on the wire', 'queue']);
