// The part of a BackendPolicy that calls backup servers in and lets them go.

import { choice, count, duration, fields, filledIn, flag, labelSelector, percent } from './field-schemas.ts';

const activate = fields(
  'When backups come in: as many as make up for what is missing. Without any usable primary they come in at once.',
  {
    whenReadyBelow: percent('When fewer of the expected primaries than this are usable.', {
      default: '100%',
    }),
    whenBusyAbove: percent(
      'When requests in flight and in the queue are more than this share of the maxconn of the usable primaries.',
      { default: '90%' },
    ),
    for: duration('How long they must have been too busy; lost primaries are made up for at once.', {
      default: '300ms',
    }),
  },
  filledIn,
);

const release = fields(
  'When backups leave again, one at a time.',
  {
    whenBusyBelow: percent('When without it the others would be less busy than this.', { default: '70%' }),
    after: duration('How long that must have been so.', { default: '10s' }),
  },
  filledIn,
);

export const backup = fields(
  'Servers that stand by for those of the Service.',
  {
    selector: labelSelector('The pods that are backups, in the same namespace.'),
    activate,
    release,
    start: choice(
      ['hot', 'cold'],
      'hot: backups are running and wait. cold: their Deployment is scaled from 0 when they are needed, while requests wait in the queue.',
      { default: 'hot' },
    ),
    max: count('So many cold backups are started at most.', { default: 10, maximum: 1000 }),
    slowstart: flag('Whether backups, too, begin with a small share, as servers.slowstart says.', {
      default: false,
    }),
  },
  { required: ['selector'] },
);
