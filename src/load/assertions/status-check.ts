// The status of an answer, as plans in YAML expect it: `200`, `2xx`, `200-399`.

import type { Assertion } from '../plan/http-step.ts';
import { codeText } from '../values/answer-text.ts';
import type { Check } from './check.ts';

export function statusCheck({ expected }: Assertion & { type: 'status' }): Check {
  const ranges = expected.map((range) => {
    const [from, to = from] = range.toLowerCase().split('-') as [string, string?];
    return { from: Number(from.replaceAll('x', '0')), to: Number(to.replaceAll('x', '9')) };
  });
  const wanted = expected.join(' or ');
  return {
    scope: 'main',
    failure: (answer) => {
      const { status, failure } = answer;
      const fits = failure === undefined && ranges.some(({ from, to }) => status >= from && status <= to);
      return fits ? undefined : `status ${codeText(answer)} is not ${wanted}`;
    },
  };
}
