import { doTheWhole } from '../../support/share.ts';

doTheWhole();
await import('../../integration/gateway/fuzz.test.ts');
