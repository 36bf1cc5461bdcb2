// The result of a drill in which all went wrong that can, each fact as it is told where it is known: for tests of what reports make of it.

import { reconcile } from '../../../src/drill/accounting/reconcile.ts';
import { BadSamples } from '../../../src/drill/measure/bad-samples.ts';
import { availability } from '../../../src/drill/measure/shares.ts';
import { trafficRto } from '../../../src/drill/measure/traffic-rto.ts';
import { always, noFault, unknown } from '../../../src/drill/measure/window.ts';
import type { FaultRun } from '../../../src/drill/run/fault-run.ts';
import { faultEvent, haltEvent, phaseEvent, recoveredEvent } from '../../../src/drill/run/notes.ts';
import { unfairness } from '../../../src/drill/run/probes/shares-look.ts';
import { RecentSamples } from '../../../src/drill/run/recent-samples.ts';
import { reasonToHalt } from '../../../src/drill/run/safety.ts';
import type { Scenario } from '../../../src/drill/scenario/scenario.ts';
import type { TimelineEvent } from '../../../src/drill/timeline/timeline.ts';
import { told } from '../../../src/drill/told.ts';
import type { DrillResult, RunEvidence } from '../../../src/drill/verdict/evidence.ts';
import { expectationOutcomes } from '../../../src/drill/verdict/expectations.ts';
import { verdictOf, verdictOfRepeats } from '../../../src/drill/verdict/verdict.ts';
import { drillResult, runEvidence } from './drill-result.ts';
import { expectation, goodEvidence, measured, type Plan, step } from './findings.ts';
import { fault, Story, victims } from './story.ts';

const plan: Plan = {
  faults: [step, { ...step, fault: 'balancer-kill' }, { ...step, fault: 'node-stop' }],
  expectations: [
    expectation('availability', '>=99.9%', 'fault'),
    expectation('trafficRto', '<=2s'),
    expectation('capacityRto', '<=5s'),
    expectation('sorryShare', '<1%'),
    expectation('failedRequests', '0', 'calm'),
  ],
};

const story = new Story();
story.good(0, 5_000);
story.fails(5_100, 'a');
story.fails(5_200, 'c');
story.add({
  startedAt: 5_300,
  success: false,
  outcome: 'sorry',
  code: '503',
  message: 'Service Unavailable',
});
story.add({ startedAt: 5_400, success: false, outcome: 'shed', code: '503', message: 'Service Unavailable' });
const refused = 'Non HTTP response code: java.net.ConnectException';
story.add({ startedAt: 5_500, success: false, code: refused, message: 'ECONNREFUSED' }, null);
const [pod] = goodEvidence.victims.pods;
const hit = victims({
  pods: pod ? [{ ...pod, name: 'a' }] : [],
  nodes: ['node-2'],
  states: ['none-usable', 'queue-full'],
});
const faults = [
  fault(5_000, hit, { name: 'replica-kill' }),
  fault(5_450, { balancer: true, controlPlane: true }, { step: 1, name: 'balancer-kill' }),
];
const attribution = story.attribute(faults);
const shared = { samples: story.samples, attribution };

const halted = reasonToHalt({ badShare: 0.5, forMs: 1_000, mostMs: 10 }, new RecentSamples(1, 1), 0, 20);

const events: TimelineEvent[] = [
  phaseEvent('calm', 0),
  ...faults.flatMap(({ name, injectedAt, proof, victims: whom, step: index }) => {
    const run = {
      options: { fault: { name }, index },
      state: { victims: whom, injectedAt, proof, undoneAt: 6_000 },
    };
    return (['injected', 'proven', 'undone'] as const).map((what) =>
      faultEvent(run as unknown as FaultRun, what),
    );
  }),
  {
    ...{ type: 'server-out', at: 5_050, uncertaintyMs: 5, source: 'balancer', subject: 'a', text: '' },
    why: told('its checks fail', 'sus comprobaciones fallan'),
  },
  ...(halted ? [haltEvent(halted)] : []),
  recoveredEvent(9_000),
];

function bad(more: Partial<RunEvidence>): RunEvidence {
  const rto = trafficRto({
    ...{ samples: story.samples, faults, servers: 3, ratePerSecond: 10, limitMs: 2_000 },
    bad: new BadSamples({ ...shared, faults, pods: [], slowMs: 500 }),
  });
  const outcomes = expectationOutcomes(plan, (measure, during) => {
    if (during === 'calm') return undefined;
    if (measure === 'availability') return availability(story.samples, always);
    if (measure === 'trafficRto') return rto;
    return measure === 'capacityRto'
      ? unknown('ms', noFault)
      : measured(measure, 0.01, { uncertainty: 0.01 });
  });
  const saw = unfairness([{ name: 'a', count: 0 }], { every: true });
  const run = runEvidence({
    ...{ outcomes, timeline: events, accounting: reconcile({ ...shared, records: story.records, sent: 60 }) },
    faults: [
      goodEvidence,
      { ...goodEvidence, step: 1, name: 'balancer-kill', samplesInWindow: 1, hitsOnVictimsBefore: 0 },
    ],
    probes: [
      { name: 'fair', good: 0, bad: 2, ok: false, ...(saw ? { saw } : {}) },
      { name: 'late', good: 0, bad: 0, ok: false },
    ],
    remains: [told('node-1 is stopped', 'node-1 está parado')],
    ...more,
  });
  return { ...run, ...verdictOf(plan, run) };
}

/** Two runs: one that was broken in every way, one that was halted and has no records. */
export function richResult(): DrillResult {
  const { recovered: _, ...phases } = runEvidence().phases;
  const runs = [
    bad({ phases }),
    bad({
      ...{ index: 1, remains: [], accounting: reconcile(shared), phases: { load: 0, steady: 1 } },
      ...(halted ? { halted } : {}),
    }),
  ];
  const result = drillResult({}, runs);
  const scenario: Scenario = {
    ...{ ...result.scenario, ...plan },
    why: { en: 'Nobody notices.', es: 'No lo nota nadie.' },
  };
  return { ...result, scenario, ...verdictOfRepeats(runs) };
}
