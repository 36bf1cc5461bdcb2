// Functions that evaluate a script: as far as expression.ts goes. What goes further is told before a run.

import type { Language } from '../expression/value.ts';
import { expressionProblem, scriptText } from '../expression.ts';
import { stored, type TemplateFunction } from './function.ts';

export const scriptFunctions: Readonly<Record<string, TemplateFunction>> = {
  __jexl: script('jexl'),
  __jexl2: script('jexl'),
  __jexl3: script('jexl'),
  __groovy: script('groovy'),
  __javaScript: script('javascript'),
};

/** Script, variable. */
function script(language: Language): TemplateFunction {
  return {
    least: 1,
    most: 2,
    call: ([text = '', variable], context) => stored(context, variable, scriptText(text, language, context)),
    problem: (_, [text = '']) => {
      const problem = expressionProblem(text, language);
      return problem === undefined ? undefined : `the script ${text}: ${problem}`;
    },
  };
}
