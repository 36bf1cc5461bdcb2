// Proves that a cluster whose nodes and pods have networks of their own survives kill -9 of any part of it, of several at once and of all.

import { randomKills } from '../support/kills/random-kills.ts';

randomKills('netns');
