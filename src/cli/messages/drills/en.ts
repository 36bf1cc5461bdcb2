// English words of the verbs that tell what drills are.

export const drillsEn = {
  areas: {
    functionality: 'Functionality',
    load: 'Load',
    resistance: 'Resistance',
    change: 'Change',
    sessions: 'Sessions',
  },
  listed: () =>
    '"relevo drill explain NAME" says what a drill does, "relevo drill run NAME" runs it, "relevo drill run --all" runs all.',
  faults: () => 'Faults that a drill can name:',
  faultsListed: () =>
    '"relevo drill explain NAME" says more of a fault or a drill, "relevo drill list" lists the drills.',
  heads: {
    file: 'File',
    target: 'Target',
    applied: 'Applied',
    load: 'Load',
    steady: 'Steady',
    calm: 'Calm',
    faults: 'Faults',
    recovery: 'Recovery',
    probes: 'Probes',
    expected: 'Expected',
    safety: 'Safety',
    chance: 'Chance',
    verdict: 'Verdict',
    needs: 'Needs',
    parameters: 'With',
    example: 'Example',
    lasts: 'Lasts',
  },
  service: (name: string) => `the Service ${name}`,
  applied: (files: string) => `${files}; what was not there before is taken away afterwards`,
  rate: (perSecond: string, what: string) =>
    `${perSecond} requests a second, however long answers take: ${what}`,
  users: (count: number, think: string, what: string) =>
    `${count} ${count === 1 ? 'user' : 'users'} who wait for their answers and ${think} more: ${what}`,
  plan: (file: string) => `the plan ${file}`,
  sessions: () => 'each user keeps its cookies',
  steady: (limits: string, lasting: string, within: string) =>
    `${limits}, for ${lasting}; that has to come within ${within}, or the drill is inconclusive`,
  calm: (lasting: string) => `${lasting} without a fault: they have to be good as well`,
  at: (when: string) => `${when} later`,
  after: (when: string) => `${when} after that was proven`,
  lasting: (time: string) => `for ${time}`,
  toTheEnd: () => 'until the end',
  noFault: () => 'none: everything has to be good as it is',
  recovery: (time: string) => `at most ${time} for all to be well again`,
  when: {
    start: 'before the faults',
    end: 'at the end',
    continuous: 'all the time',
    fault: 'while the faults last',
  },
  during: {
    drill: 'over the whole drill',
    fault: 'while the faults last',
    calm: 'without a fault',
  },
  safety: (bad: string, lasting: string, within: string) =>
    `given up, and everything put back, when more than ${bad} of the requests are bad for ${lasting}, or after ${within}`,
  seed: (seed: number) => `the seed ${seed}: the same victims each time`,
  noSeed: () => 'another seed each time, which the report tells',
  repeats: (count: number) => `${count} times; one fail makes it a fail`,
  verdict: () => [
    'inconclusive (3) when the measurement is not valid: a fault was not proven, its victims had no users, there',
    'were too few samples while it lasted, it was never steady, the load generator was too slow, or figures do not add up;',
    'fail (1) when something expected is broken, or something could not be put back; else pass (0).',
  ],
  lasts: () => 'until it is undone: after for, or at the end of the drill',
  isOver: () => 'no longer than it takes: there is nothing to undo',
  noParameters: () => 'nothing',
  usual: (value: string) => `(default: ${value})`,
  needed: () => '(needed)',
  needs: {
    machinery: "a cluster of Relevo's own: it is done to its nodes and processes",
    links: "a cluster of Relevo's own whose nodes have networks of their own (relevo up --network netns)",
    api: 'any cluster: it is done by the API',
    command: 'a file of this machine: commands are never taken from anywhere else',
    load: 'nothing but the load generator',
  },
  unknown: (what: string) =>
    `there is no drill, fault or file "${what}"; "relevo drill list" and "relevo drill explain" list them`,
  written: (file: string) =>
    `Written: ${file}. "relevo drill explain ${file}" says what it does, "relevo drill run ${file}" runs it.`,
  exists: (file: string) => `${file} exists already: name another file`,
  template: {
    title: 'en: A first drill',
    head: [
      'A drill: what is asked of the application, what goes wrong meanwhile, and what has to come of it.',
      'All fields: docs/reference/drills.md. Faults: relevo drill explain.',
    ],
    application: 'Manifests beside this file that are applied before it, and taken away after it:',
    target: 'What is to be shown to work.',
    load: 'What users do all the time: requests at a rate, however long answers take. Or: users, a plan.',
    steady: 'What it looks like when all is well; the drill waits for it.',
    calm: 'Then all goes on for so long without a fault: that has to be good, too.',
    faults: 'What goes wrong. Victims are chosen by chance.',
    recover: 'How long is waited at most until all is well again.',
    probes: 'What else has to be true: at the start, at the end, continuous, or while the fault lasts.',
    probe: 'the front page',
    expect: 'What has to come of it.',
    availability: 'the share of requests that were answered',
    trafficRto: 'until users see no more of the fault',
    capacityRto: 'until every replica is ready again',
    safety: 'When it is given up, and everything is put back.',
    random: 'The same seed chooses the same victims; without it, others each time.',
  },
};

export type DrillWords = typeof drillsEn;
