// The built-in image relevo/static: serves the files of a folder. It also stands for nginx and httpd in images that are built on them.
//
//   --root FOLDER      or ROOT: default /usr/share/relevo, below POD_ROOT where there is one
//   --port NUMBER      where PORT does not say one; default 8080
//
// Environment: HOST, PORT, HOSTNAME (the pod), ROOT, POD_ROOT. It reads no configuration of other servers: what follows `--` is ignored.
// On SIGTERM, SIGQUIT and SIGWINCH it finishes its requests and exits with 0.

import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { flushCompileCache } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { FileAnswers } from './static-answers.ts';

const { HOST = '0.0.0.0', HOSTNAME = '', POD_ROOT, ROOT } = process.env;
const own = process.argv.slice(2);
const end = own.indexOf('--');
const { values } = parseArgs({
  args: end < 0 ? own : own.slice(0, end),
  options: { root: { type: 'string' }, port: { type: 'string', default: '8080' } },
});
const wanted = path.resolve(values.root ?? ROOT ?? '/usr/share/relevo');
const displaced = path.join(POD_ROOT ?? '/', wanted);
const root = existsSync(displaced) ? displaced : wanted;
const port = Number(process.env.PORT ?? values.port);

const answers = new FileAnswers(root);
const server = createServer((request, response) => {
  // Leaving: the client shall not send its next request here.
  if (!server.listening) response.setHeader('connection', 'close');
  answers.answer(request, response).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error}`);
    response.destroy();
  });
});

function leave(signal: string): void {
  console.log(`${signal}: finishing the requests in flight`);
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGWINCH']) process.on(signal, leave);
server.on('error', (error: NodeJS.ErrnoException) => {
  const hint =
    error.code === 'EACCES'
      ? ': only root may listen below port 1024 here; declare a containerPort such as 8080'
      : '';
  console.error(`cannot listen on ${HOST}:${port}: ${error.message}${hint}`);
  process.exit(1);
});
server.listen(port, HOST, () => {
  if (!existsSync(root))
    console.error(`there is no folder ${wanted} to serve: mount one there, or COPY files to it`);
  console.log(`${HOSTNAME} serves ${wanted} on ${HOST}:${port}`);
  flushCompileCache();
});
