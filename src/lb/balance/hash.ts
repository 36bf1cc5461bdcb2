// A hash of short texts such as addresses and ids. Never changes: users would lose their servers. Not for secrets.

/** 0 to 2³² − 1: FNV-1a over UTF-16 code units, then mixed so that near texts are far apart. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix32(hash);
}

/** A permutation of the 32-bit numbers in which each bit of the result depends on all (MurmurHash3's last step). */
export function mix32(number: number): number {
  let bits = number;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
