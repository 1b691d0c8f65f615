import { ACCOUNTS, apiSubjects } from '#shared/adapters/bus/accounts.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';

/**
 * The only exports and imports between the accounts of subscribers and that of the services. Who may use them is
 * decided at each sign-in.
 *
 * The only service is that of acknowledgements, under the same subject on both sides. A service that is renamed
 * (`to:`) ends nats-server 2.10 if a subscriber names another one as the reply of its request, and one that answers
 * lets a subscriber choose what its answer sets off: see docs/decisions/subscriber-accounts.md before adding to this.
 */
export const subscriberAccounts = (quote: (text: string) => string) => {
  const { services, live, durable } = ACCOUNTS;
  const heard = quote(subjects.allEvents);
  const handedOut = quote(subjects.handedOut('>'));
  const acks = quote(`$JS.ACK.${EVENT_STREAM}.>`);
  return {
    kick: apiSubjects.kick('*'),
    exports: [
      `{ stream: ${heard}, accounts: [${live}] }`,
      `{ stream: ${handedOut}, accounts: [${durable}] }`,
      // How long the server remembers where the answer to an acknowledgement goes: most have none.
      `{ service: ${acks}, response_threshold: "${ANSWERED_WITHIN}", accounts: [${durable}] }`,
    ],
    accounts: [
      `${live} { imports: [{ stream: { account: ${services}, subject: ${heard} } }] }`,
      `${durable} {
    imports: [
      { stream: { account: ${services}, subject: ${handedOut} } }
      { service: { account: ${services}, subject: ${acks} } }
    ]
  }`,
    ],
  };
};

const ANSWERED_WITHIN = '5s';
