/** What a user does in the visualiser besides looking at runs, on one stack. */
import './visualiser/session.ts';
import './visualiser/invitations.ts';
import './visualiser/again.ts';
import './visualiser/results.ts';
import './visualiser/people/answer.ts';
import './visualiser/people/pause.ts';
import './visualiser/people/linked.ts';
import './visualiser/people/fork.ts';
import './visualiser/people/live.ts';
import './visualiser/webhooks.ts';
import './visualiser/flows.ts';
import './visualiser/vault.ts';
import './visualiser/vault-codes.ts';
import './visualiser/vault-keep.ts';
import './visualiser/profiles/profiles.ts';
import './visualiser/schedules/schedules.ts';
import './visualiser/batches/batches.ts';
