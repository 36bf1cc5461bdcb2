// Addresses with a port, as people write them: `127.0.0.1:80`, `[::1]:80`, `shop.local:80`, `*:80`, `:80`.

export interface AddressPort {
  readonly address: string;
  readonly port: number;
}

/**
 * `everywhere` is what `*` and an empty address mean; undefined: they are refused. Ports are 1 to 65,535. Throws an Error in one line that
 * says what is wrong.
 */
export function addressPort(text: string, everywhere?: string): AddressPort {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^[\]:]*)):(\d{1,5})$/.exec(text.trim()) ?? [];
  const port = Number(digits);
  if (digits === undefined) throw new Error(`"${text}" is no ADDRESS:PORT; IPv6 needs brackets: [::1]:80`);
  if (port < 1 || port > 65_535) throw new Error(`"${text}": ports go from 1 to 65535`);
  const address = bracketed ?? plain ?? '';
  if (address !== '' && address !== '*') return { address, port };
  if (everywhere === undefined) throw new Error(`"${text}" needs an address`);
  return { address: everywhere, port };
}
