// The drills of the seeded mistakes pass where nothing is wrong.

import { mistakeRounds } from '../support/drill/mistake-rounds.ts';
import { noMistakes } from '../support/drill/mistakes.ts';

mistakeRounds('good configurations pass', noMistakes);
