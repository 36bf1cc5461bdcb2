import { runtimeConformance } from '../../../tests/conformance/runtime.ts';
import { processSubject } from '../../../tests/support/process-subject.ts';

runtimeConformance('process', processSubject('none'));
