// One sample as a line of a .jtl file: the CSV that JMeter writes and opens. Put together by hand: there is one for every request.

import { correctedMs, type Sample } from '../sample.ts';

/** Those of JMeter 2.13 and later, in its order; JMeter takes quoted ones for variables of the sample and shows them so. */
export const jtlHeader =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,' +
  'grpThreads,allThreads,URL,Latency,IdleTime,Connect,"sentBytes","corrected","loadId"';

/**
 * Without a newline at its end. `elapsed` is always JMeter's own, the naive one; `corrected` is from when it was due, and empty without a
 * schedule. `clockOffsetMs`: what makes wall-clock time of machineTime().
 */
export function jtlLine(sample: Sample, clockOffsetMs: number): string {
  const corrected = correctedMs(sample);
  return (
    `${Math.round(sample.startedAt + clockOffsetMs)},${Math.round(sample.elapsedMs)},${field(sample.label)},` +
    `${field(sample.code)},${field(sample.message)},${field(sample.user)},${sample.dataType},` +
    `${sample.success},${field(sample.failure ?? '')},${sample.bytes},` +
    `${sample.groupUsers},${sample.allUsers},${field(sample.url)},${Math.round(sample.latencyMs)},` +
    `${Math.round(sample.idleMs)},${Math.round(sample.connectMs)},${sample.sentBytes},` +
    `${corrected === undefined ? '' : Math.round(corrected)},${sample.loadId ?? ''}`
  );
}

/** As RFC 4180 has it, and JMeter. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
