// Proves that a cluster of plain processes survives kill -9 of any part of it, of several at once and of all.

import { randomKills } from '../support/kills/random-kills.ts';

process.env.RELEVO_ISOLATION = 'none';
randomKills('loopback');
