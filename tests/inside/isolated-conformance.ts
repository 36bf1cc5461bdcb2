// Run within a node's namespaces by isolated-runtime.test.ts.

import { runtimeConformance } from '../conformance/runtime.ts';
import { processSubject } from '../support/process-subject.ts';

runtimeConformance('process with namespaces', processSubject('namespaces'));
