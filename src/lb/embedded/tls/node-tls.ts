// Node's TLS, loaded when the first certificate comes: it makes a worker's start 15 ms longer, and most balancers have none.

export function nodeTls(): typeof import('node:tls') {
  return process.getBuiltinModule('node:tls');
}
