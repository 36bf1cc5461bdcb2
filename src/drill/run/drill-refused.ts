// What keeps a drill from being started at all: wrong usage, exit code 2. Nothing has been done then, or it has been taken back.

import { ToldError } from '../told.ts';

export class DrillRefused extends ToldError {
  override name = 'DrillRefused';
}
