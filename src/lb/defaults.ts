// What holds of a frontend where nobody says otherwise. What holds of a backend is in the schema of BackendPolicy.

import type { ClientTimeouts, RequestLimits } from './model.ts';

/** As HAProxy's tune.bufsize. */
export const defaultRequestLimits: RequestLimits = { headBytes: 16_384, headers: 100 };

export const defaultClientTimeouts: ClientTimeouts = { clientMs: 30_000, idleMs: 60_000 };
