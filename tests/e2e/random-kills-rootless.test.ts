// Proves that networks of their own survive the same in the hands of an ordinary user.

import { alsoAsNobody } from '../support/as-nobody.ts';

alsoAsNobody(new URL('./random-kills-netns.test.ts', import.meta.url).href);
