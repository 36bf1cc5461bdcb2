// Pieces that are read from servers lie in a buffer that is used again for the next read, unless somebody says, while being told of the
// piece, that it is still needed afterwards: because a write of it is not done, or because the rest of it is yet to come.

let isKept = false;

/** The piece that is being told of must stay as it is. */
export function keepPiece(): void {
  isKept = true;
}

/** Whether somebody said so since this was asked last. */
export function wasPieceKept(): boolean {
  const was = isKept;
  isKept = false;
  return was;
}
