// How a request ended, for its user: every request is in exactly one bin, however often it was tried.

/** In the order of their precedence: what applies first counts. */
export const outcomes = ['aborted', 'sorry', 'shed', 'serverError', 'clientError', 'ok'] as const;

/**
 * aborted: the client went away first. sorry: no server was usable. shed: the queue was full, or it waited there too long. serverError: an
 * answer 5xx, or none. clientError: an answer 4xx, or a malformed request. ok: all other answers; upgrades count at their 101.
 */
export type Outcome = (typeof outcomes)[number];

export type Bins = Readonly<Record<Outcome, number>>;

export const noOutcomes: Bins = {
  ...{ aborted: 0, sorry: 0, shed: 0 },
  ...{ serverError: 0, clientError: 0, ok: 0 },
};

export function addBins(a: Bins, b: Bins): Bins {
  const sum = (outcome: Outcome) => a[outcome] + b[outcome];
  return Object.fromEntries(outcomes.map((outcome) => [outcome, sum(outcome)])) as Record<Outcome, number>;
}

export function totalOf(bins: Bins): number {
  return outcomes.reduce((sum, outcome) => sum + bins[outcome], 0);
}

/** By the status that the application gave. */
export function outcomeOfStatus(status: number): Outcome {
  if (status >= 500) return 'serverError';
  return status >= 400 ? 'clientError' : 'ok';
}

/** What answers made by the balancer itself carry; taken out of the answers of servers. */
export const outcomeHeader = 'X-Relevo-Outcome';
