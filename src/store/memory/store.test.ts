import { storeConformance } from '../../../tests/conformance/store.ts';
import { MemoryStore } from './store.ts';

storeConformance('memory', async (options) => new MemoryStore(options));
