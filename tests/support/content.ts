// Bytes that look random and are known: whoever has seed and length can tell whether they arrived as they were sent.

const block = fill(1 << 20, 0x9e3779b9);

/** A generator of numbers from 0 to 1, without 1, that gives the same ones for the same seed. */
export function numbersOf(seed: number): () => number {
  let state = (seed ^ 0x2545f491) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export function contentOf(seed: number, bytes: number): Buffer {
  const pieces: Buffer[] = [];
  for (let left = bytes, at = seed % block.length; left > 0; at = 0) {
    const piece = block.subarray(at, at + Math.min(left, block.length - at));
    pieces.push(piece);
    left -= piece.length;
  }
  return Buffer.concat(pieces);
}

/** A number that other bytes hardly have. */
export function sumOf(bytes: Buffer): number {
  let sum = bytes.length;
  for (let at = 0; at < bytes.length; at++) sum = (Math.imul(sum, 31) + (bytes[at] as number)) | 0;
  return sum >>> 0;
}

function fill(bytes: number, seed: number): Buffer {
  const random = numbersOf(seed);
  return Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random() * 256)));
}
