// http-proxy as its documentation uses it: one process, a kept-alive agent, servers in turn. Arguments: its port, those of the servers.

import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

const [port = 0, ...servers] = process.argv.slice(2).map(Number);
const proxy = httpProxy.createProxyServer({
  agent: new Agent({ keepAlive: true, maxSockets: 256 }),
  xfwd: true,
});
proxy.on('error', (_error, _request, response) => {
  if ('writeHead' in response) response.writeHead(502).end();
});
let turn = 0;
createServer((request, response) => {
  const target = `http://127.0.0.1:${servers[turn++ % servers.length]}`;
  proxy.web(request, response, { target });
}).listen(port, '127.0.0.1', 4_096);
