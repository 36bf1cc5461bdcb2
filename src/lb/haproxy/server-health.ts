// What HAProxy's row of a server says of its health.

import type { StatRow } from './stat-rows.ts';

export interface ServerHealth {
  /** Neither its checks nor its agent nor its traffic have taken it out. */
  readonly isUp: boolean;
  /** Traffic took it out, not a check. */
  readonly isEjected: boolean;
  /** It does not answer, but its connections stand: nobody would tell those who wait for it. */
  readonly isSilent: boolean;
  readonly reason: string;
}

/** `isChecked` is whether the model has a check: without one only traffic takes a server out. */
export function healthOf(row: StatRow, isChecked: boolean): ServerHealth {
  const checkStatus = row.text('check_status');
  const isUp = !isDown(row);
  return {
    isUp,
    isEjected: !isUp && (!isChecked || checkStatus === 'HANA'),
    isSilent: !isUp && isChecked && checkStatus.endsWith('TOUT'),
    reason: row.text('last_chk') || row.text('check_desc') || row.text('status'),
  };
}

// A server in maintenance has no health; it is not known to be down.
function isDown(row: StatRow): boolean {
  return row.text('status').startsWith('DOWN');
}

/** Whether new requests may go to it, as far as HAProxy knows: `act` and `bck` count whom it would choose from. */
export function isServing(row: StatRow): boolean {
  return /^(UP|no check)/.test(row.text('status')) && row.number('weight') > 0;
}
