// The values by which cookies name servers, made once for each server and key.

import { cookieValue } from '../../identity/cookie-value.ts';

export class CookieNames {
  #keyText = '';
  #key: Buffer = Buffer.alloc(0);
  readonly #values = new Map<string, string>();

  /** `key` is base64. */
  use(key: string): void {
    if (key === this.#keyText) return;
    this.#keyText = key;
    this.#key = Buffer.from(key, 'base64');
    this.#values.clear();
  }

  valueOf(serverId: string): string {
    let value = this.#values.get(serverId);
    if (value === undefined) {
      value = cookieValue(this.#key, serverId);
      this.#values.set(serverId, value);
    }
    return value;
  }

  forget(serverId: string): void {
    this.#values.delete(serverId);
  }
}
