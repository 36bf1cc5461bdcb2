// relevo image: the images that pods may name, without a registry.

import type { Command } from 'commander';
import { addBuild } from './image-build.ts';
import { addList } from './image-list.ts';
import { addLoad } from './image-load.ts';
import { addRemove } from './image-remove.ts';
import { verb } from './verb.ts';

export function command(): Command {
  const image = verb('image');
  addBuild(image);
  addLoad(image);
  addList(image);
  addRemove(image);
  return image;
}
