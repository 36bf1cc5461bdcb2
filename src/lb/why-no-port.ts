// The system's errors about ports in words.

/** Why a port cannot be opened, and what to do about it, as the end of a sentence. */
export function whyNoPort({ code, message }: NodeJS.ErrnoException, port: number): string {
  if (code === 'EACCES' && port < 1_024) return 'ports below 1024 need the administrator';
  return (code && reasons[code]) ?? message.replace(/\s*\n\s*/g, ' ');
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'the system does not allow it',
  EADDRINUSE: 'another program has it; stop that one or use another port',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EINVAL: 'this machine cannot use the address',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
};
