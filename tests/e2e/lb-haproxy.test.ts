// HAProxy keeps the rules of the balancer, but for what is listed with its reason.

import { deviations } from '../../src/lb/haproxy/deviations.ts';
import { lbEngineConformance } from '../conformance/lb-engine.ts';

lbEngineConformance({ name: 'haproxy', workers: 2, deviations });
