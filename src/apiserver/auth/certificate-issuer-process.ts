// The issuer as a program of its own, for callers that would rather not keep the X.509 library in their memory: an order (JSON) on
// stdin, what was issued (JSON) on stdout. A separate file, so that a bundle that holds the issuer never takes itself for the program.

import { type IssueOrder, issueCertificates } from './certificate-issuer.ts';

let text = '';
process.stdin.setEncoding('utf8');
for await (const chunk of process.stdin) text += chunk;
process.stdout.write(JSON.stringify(await issueCertificates(JSON.parse(text) as IssueOrder)));
