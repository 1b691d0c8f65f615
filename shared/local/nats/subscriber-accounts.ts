import { ACCOUNTS, apiSubjects } from '#shared/bus/accounts.ts';
import { EVENT_STREAM, subjects } from '#shared/bus/subjects.ts';

/** A request of a subscriber, as it names it, and as the account of the services knows it. */
interface Request {
  from: string;
  to: string;
  /** Answered with many messages. */
  streamed?: true;
}

const REQUESTS: readonly Request[] = [
  {
    from: apiSubjects.next(EVENT_STREAM, '*'),
    to: `$JS.API.CONSUMER.MSG.NEXT.${EVENT_STREAM}.*`,
    streamed: true,
  },
  { from: apiSubjects.info(EVENT_STREAM, '*'), to: `$JS.API.CONSUMER.INFO.${EVENT_STREAM}.*` },
  { from: `$JS.ACK.${EVENT_STREAM}.>`, to: `$JS.ACK.${EVENT_STREAM}.>` },
];

/**
 * What leads from the accounts of subscribers to that of the services, and nothing else does. Who may use it is decided
 * at each sign-in.
 */
export const subscriberAccounts = (quote: (text: string) => string) => {
  const { services, live, durable } = ACCOUNTS;
  const importRequest = ({ from, to }: Request) =>
    `{ service: { account: ${services}, subject: ${quote(to)} }${from === to ? '' : `, to: ${quote(from)}`} }`;
  return {
    kick: apiSubjects.kick('*'),
    exports: [
      `{ stream: ${quote(subjects.allEvents)}, accounts: [${live}] }`,
      ...REQUESTS.map(
        ({ to, streamed }) =>
          `{ service: ${quote(to)},${streamed ? ' response_type: stream,' : ''} accounts: [${durable}] }`,
      ),
    ],
    accounts: [
      `${live} { imports: [{ stream: { account: ${services}, subject: ${quote(subjects.allEvents)} } }] }`,
      `${durable} {\n    imports: [\n${REQUESTS.map((request) => `      ${importRequest(request)}`).join('\n')}\n    ]\n  }`,
    ],
  };
};
