import { ACCOUNTS, apiSubjects } from '#shared/adapters/bus/accounts.ts';
import { EVENT_STREAM, subjects } from '#shared/adapters/bus/subjects.ts';

/**
 * The only exports and imports between the accounts of subscribers and services; sign-in decides who may use them.
 * Before adding a service to that of acknowledgements, read the dangers in docs/decisions/subscriber-accounts.md.
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
