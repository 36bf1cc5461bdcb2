import { createServer } from 'node:http';
import { hostname } from 'node:os';

const host = process.env.HOST ?? '0.0.0.0';
const port = Number(process.env.PORT ?? 3000);
// Pods that share the machine's own network are named by HOSTNAME only.
const name = process.env.HOSTNAME ?? hostname();

const server = createServer((request, response) => {
  response.setHeader('content-type', 'text/plain');
  response.end(request.url === '/healthz' ? 'ok\n' : `Hello from ${name}\n`);
});

server.listen(port, host, () => console.log(`${name} listens on ${host}:${port}`));
process.on('SIGTERM', () => server.close());
