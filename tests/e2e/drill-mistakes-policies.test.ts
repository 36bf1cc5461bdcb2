// Seeded mistakes in applications and policies: the drill that belongs to each fails.

import { mistakeRounds } from '../support/drill/mistake-rounds.ts';
import { mistakesOfPolicies } from '../support/drill/mistakes.ts';

mistakeRounds('applications and policies with a mistake fail', mistakesOfPolicies);
