// Seeded mistakes in drills themselves: such a drill says nothing, and says so.

import { mistakeRounds } from '../support/drill/mistake-rounds.ts';
import { mistakesOfDrills } from '../support/drill/mistakes.ts';

mistakeRounds('drills with a mistake are inconclusive', mistakesOfDrills);
