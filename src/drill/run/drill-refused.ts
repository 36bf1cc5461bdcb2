// What keeps a drill from being started at all: wrong usage, exit code 2. Nothing has been done then, or it has been taken back.

export class DrillRefused extends Error {
  override name = 'DrillRefused';
}
