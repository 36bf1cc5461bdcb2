// Which backups serve: as many as make up for primaries that are lost or saturated, and not a moment longer than needed, with hysteresis.
// Pure: what was measured and the time in, the decision out. BALANCER's rule of backups; HAProxy's own `backup` knows only "all are down".

export interface BackupRule {
  /** 0 to 1 of the expected primaries: with fewer usable ones backups make up for them. */
  readonly whenReadyBelow: number;
  /** Above 0 and up to 1, of capacity: with more demand backups come in. */
  readonly whenBusyAbove: number;
  /** How long it must have been too busy. */
  readonly busyForMs: number;
  /** Above 0, at most whenBusyAbove: a backup leaves when demand stays below this share of the capacity that is left without it. */
  readonly releaseBusyBelow: number;
  readonly releaseAfterMs: number;
  /** hot: they run and wait. cold: they are started when they are wanted; requests wait in the queue. */
  readonly start: 'hot' | 'cold';
  /** Whether slowstart is for backups, too. */
  readonly slowstart: boolean;
}

export interface BackupMeasure {
  /** Usable primaries. */
  readonly primaries: number;
  /** How many there should be. */
  readonly expected: number;
  /** Usable backups, called in or not. */
  readonly backups: number;
  /** Σ maxconn of usable primaries. Undefined: one of them has no limit, and saturation cannot be measured. Not read without primaries. */
  readonly capacity?: number;
  /** maxconn of each usable backup, in the order in which they come in; Infinity for one without a limit. */
  readonly backupCapacity: readonly number[];
  /** Requests in flight on primaries and backups, and those in the queue. */
  readonly demand: number;
  /** How many backups there can be, with those that are down or not started. Undefined: the usable ones if hot, any number if cold. */
  readonly backupsAtMost?: number;
  /** maxconn of a backup that is not usable yet. Undefined: as the last usable one, else as the primaries on average. */
  readonly nextCapacity?: number;
}

/** What is remembered between two decisions. */
export interface BackupState {
  /** How many are called in, whether or not that many are usable. */
  readonly wanted: number;
  /** At k: since when demand has needed more than k backups. Its length is what demand needs now. */
  readonly neededSince: readonly number[];
  /** Since when demand has been low enough for one to leave. */
  readonly lowSince?: number;
  /** Why it was changed last. */
  readonly reason: string;
}

export interface BackupDecision {
  readonly state: BackupState;
  /** The first so many usable backups serve. */
  readonly active: number;
  /** How many are asked for: more than `active` while cold ones start, or while too few are usable. */
  readonly wanted: number;
  /** Why so many, for people. */
  readonly reason: string;
  /** When to decide again though nothing is measured anew, on the clock of `nowMs`. Undefined: nothing changes by time alone. */
  readonly dueAtMs?: number;
}

export const initialBackupState: BackupState = { wanted: 0, neededSince: [], reason: 'primaries suffice' };

/** Shares are products of decimal fractions: 0.07 × 100 is a hair more than 7, and must not ask for an eighth. */
const hair = 1e-9;

/**
 * How many backups serve from now on. `nowMs` is of a monotonic clock. Without a rule: all while no primary is usable, else none.
 *
 * Loss counts at once, and so does everything while no primary is usable; saturation counts once it has lasted `busyForMs`, for each backup
 * by itself. One leaves when none of it needs it, and demand has been below `releaseBusyBelow` without it for `releaseAfterMs`; the next
 * one leaves as much later.
 */
export function decideBackups(
  rule: BackupRule | undefined,
  state: BackupState,
  measure: BackupMeasure,
  nowMs: number,
): BackupDecision {
  if (!rule) return decideWithoutRule(measure);
  const most = measure.backupsAtMost ?? (rule.start === 'hot' ? measure.backups : Number.POSITIVE_INFINITY);
  const lost = Math.min(most, replacements(rule, measure));
  const busy = Math.min(most, reinforcements(rule, measure, most));
  const neededSince = Array.from({ length: busy }, (_, k) => state.neededSince[k] ?? nowMs);
  const ripe =
    measure.primaries === 0 ? busy : neededSince.filter((since) => nowMs - since >= rule.busyForMs).length;

  const needed = Math.max(lost, ripe);
  const next =
    needed > state.wanted
      ? { wanted: needed, neededSince, reason: reasonToCome(rule, state, measure, lost >= ripe) }
      : leaving(rule, { ...state, neededSince }, measure, Math.max(lost, busy), nowMs);
  return decision(rule, next, measure, nowMs);
}

function decideWithoutRule({ primaries, backups }: BackupMeasure): BackupDecision {
  const wanted = primaries === 0 ? backups : 0;
  const reason = primaries === 0 ? 'no primary is usable' : initialBackupState.reason;
  return { state: { wanted, neededSince: [], reason }, active: wanted, wanted, reason };
}

function decision(
  rule: BackupRule,
  state: BackupState,
  measure: BackupMeasure,
  nowMs: number,
): BackupDecision {
  const comes = (state.neededSince[state.wanted] ?? Number.POSITIVE_INFINITY) + rule.busyForMs;
  const leaves = (state.lowSince ?? Number.POSITIVE_INFINITY) + rule.releaseAfterMs;
  const due = Math.max(nowMs, Math.min(comes, leaves));
  return {
    state,
    active: Math.min(state.wanted, measure.backups),
    wanted: state.wanted,
    reason: state.reason,
    dueAtMs: Number.isFinite(due) ? due : undefined,
  };
}

/** As many as bring the usable servers back to the share of the expected primaries that is asked for; one at least where there is no primary. */
function replacements(rule: BackupRule, { primaries, expected }: BackupMeasure): number {
  const missing = Math.ceil(rule.whenReadyBelow * expected - hair) - primaries;
  return Math.max(0, missing, primaries === 0 ? 1 : 0);
}

/** The fewest that keep demand ÷ (capacity + theirs) at or below `whenBusyAbove`. */
function reinforcements(rule: BackupRule, measure: BackupMeasure, most: number): number {
  let capacity = capacityOfPrimaries(measure);
  let count = 0;
  while (count < most && measure.demand > rule.whenBusyAbove * capacity + hair) {
    const more = measure.backupCapacity[count] ?? capacityOfNext(measure);
    // Those that are there are called in even if they cannot help enough; no number of others is asked for that would never do.
    if (more === undefined || (count >= measure.backups && rule.whenBusyAbove * more < hair)) break;
    capacity += more;
    count++;
  }
  return count;
}

/** Unlimited where saturation cannot be measured. */
function capacityOfPrimaries({ primaries, capacity }: BackupMeasure): number {
  return primaries === 0 ? 0 : (capacity ?? Number.POSITIVE_INFINITY);
}

function capacityOfNext(measure: BackupMeasure): number | undefined {
  const { nextCapacity, backupCapacity, primaries } = measure;
  const average = primaries === 0 ? undefined : capacityOfPrimaries(measure) / primaries;
  return nextCapacity ?? backupCapacity.at(-1) ?? average;
}

function leaving(
  rule: BackupRule,
  state: BackupState,
  measure: BackupMeasure,
  needed: number,
  nowMs: number,
): BackupState {
  if (!couldLeave(rule, state.wanted, measure, needed)) return { ...state, lowSince: undefined };
  const lowSince = state.lowSince ?? nowMs;
  if (nowMs - lowSince < rule.releaseAfterMs) return { ...state, lowSince };
  const wanted = state.wanted - 1;
  const nextSince = couldLeave(rule, wanted, measure, needed) ? nowMs : undefined;
  return { ...state, wanted, lowSince: nextSince, reason: reasonToLeave(rule, measure, wanted) };
}

// That what is left is not needed at once again holds for contradictory rules, too: those that release above what they activate at.
function couldLeave(rule: BackupRule, wanted: number, measure: BackupMeasure, needed: number): boolean {
  const left = rule.releaseBusyBelow * capacityWith(measure, wanted - 1);
  return wanted > needed && (measure.demand < left || measure.demand === 0);
}

function capacityWith(measure: BackupMeasure, backups: number): number {
  const theirs = measure.backupCapacity.slice(0, backups);
  return theirs.reduce((sum, capacity) => sum + capacity, capacityOfPrimaries(measure));
}

function reasonToCome(rule: BackupRule, state: BackupState, measure: BackupMeasure, isLoss: boolean): string {
  const { primaries, expected, demand } = measure;
  if (primaries === 0) return 'no primary is usable';
  if (isLoss) return `${primaries} of ${expected} primaries usable`;
  return `demand ${demand} is over ${percent(rule.whenBusyAbove)} of ${capacityWith(measure, state.wanted)}`;
}

function reasonToLeave(rule: BackupRule, measure: BackupMeasure, rest: number): string {
  const capacity = capacityWith(measure, rest);
  const share = Number.isFinite(capacity) ? `${percent(rule.releaseBusyBelow)} of ${capacity}` : 'any limit';
  return `demand ${measure.demand} stayed below ${share}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
