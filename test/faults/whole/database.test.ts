import { doTheWhole } from '../../support/share.ts';

doTheWhole();
await import('../../integration/database/claim.test.ts');
await import('../../integration/database/claim-at-volume.test.ts');
await import('../../integration/database/lists.test.ts');
await import('../../integration/database/looks-at-volume.test.ts');
await import('../../integration/database/model.test.ts');
