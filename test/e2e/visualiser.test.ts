/** The visualiser on one stack. The first suite sees a page without runs, the last one makes thousands. */
import './visualiser/newcomer.ts';
import './visualiser/account.ts';
import './visualiser/invitations.ts';
import './visualiser/again.ts';
import './visualiser/runner.ts';
import './visualiser/views.ts';
