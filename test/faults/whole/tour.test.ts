import { doTheWhole } from '../../support/share.ts';

doTheWhole();
await import('../../e2e/visualiser/tour.ts');
