// A server whose answers take their time, always the same times in the same order: what clients measure can be compared. Told its port.

import { createServer } from 'node:http';

/** Milliseconds: most are quick, some are slow, a few very slow. */
const delays = Array.from({ length: 1_000 }, (_, one) =>
  one % 100 === 0 ? 200 : one % 10 === 0 ? 80 : 10 + (one % 20),
);
let asked = 0;

createServer((request, response) => {
  request.resume();
  const delay = delays[(asked++ * 617) % delays.length];
  setTimeout(() => response.end('fine'), delay);
}).listen(Number(process.argv[2]), '127.0.0.1');
