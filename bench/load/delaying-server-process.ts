// A server whose answers take their time, always the same times in the same order: what clients measure can be compared. Told its port.

import { createServer } from 'node:http';

/**
 * Milliseconds, of each hundred. Both percentiles that are compared lie well within a class, p50 in that of 50 ms (ranks 20 to 80) and p99 in that
 * of 200 ms (97 to 100): at the edge of one a few samples more decide, and there are such: the cold first requests, and those that one client
 * still waits for at the end and the other cuts. They are long beside autocannon's clock, too, which leaves out what is below a millisecond.
 */
const delays = Array.from({ length: 100 }, (_, one) => (one < 3 ? 200 : one < 20 ? 100 : one < 80 ? 50 : 25));
/** Prime to their number: classes are mixed. */
const step = 37;
let asked = 0;

createServer((request, response) => {
  request.resume();
  const delay = delays[(asked++ * step) % delays.length];
  setTimeout(() => response.end('fine'), delay);
}).listen(Number(process.argv[2]), '127.0.0.1');
