/** The visualiser on one stack. The first suite sees a page without runs, the one before the last makes thousands. */
import './visualiser/newcomer.ts';
import './visualiser/account.ts';
import './visualiser/invitations.ts';
import './visualiser/again.ts';
import './visualiser/runner.ts';
import './visualiser/run.ts';
import './visualiser/views.ts';
// Last, since its gateway goes and its runner is killed.
import './visualiser/trouble.ts';
