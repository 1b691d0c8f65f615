import { type Facts, type Rule, violation } from './facts.ts';

/** I11: no user learns anything of another's run: it is as if there were none. */
export const strangersSeeNothing: Rule = (facts) => {
  const ids = new Map(facts.setting.users.map(({ name, id }) => [name, id]));
  const isOther = (user: string, runId: string) => {
    const run = facts.runs.get(runId);
    return run !== undefined && run.row.user_id !== ids.get(user);
  };
  return [
    ...[...answers(facts, isOther), ...bulks(facts, isOther), ...jobs(facts)],
    ...[...streams(facts, isOther), ...messages(facts, isOther)],
  ];
};

type IsOther = (user: string, runId: string) => boolean;
/** No user learns anything, either, where the database is out of reach. */
const SAYS_NOTHING = [404, 503, undefined];

const answers = ({ requests }: Facts, isOther: IsOther) =>
  requests.flatMap((request) => {
    const { user, op, runs, status, body } = request;
    if (op === 'list' && status === 200)
      return (body as { id: string }[])
        .filter(({ id }) => isOther(user, id))
        .map(({ id }) => violation('I11', `${user} has another's run in a list`, id, body));
    if (op === 'bulk' || !runs.some((id) => isOther(user, id))) return [];
    return SAYS_NOTHING.includes(status)
      ? []
      : [violation('I11', `${user} was answered ${status}`, runs[0], request)];
  });

/** For a user who names another's runs they are not there. */
const bulks = ({ requests }: Facts, isOther: IsOther) =>
  requests.flatMap((request) => {
    const { user, op, runs, status, body } = request;
    if (op !== 'bulk' || status !== 202) return [];
    const { failures } = body as { failures: { id: string; error: string }[] };
    const refused = new Set(failures.filter(({ error }) => error === 'not found').map(({ id }) => id));
    return runs
      .filter((id) => isOther(user, id) && !refused.has(id))
      .map((id) => violation('I11', `${user} stops another's run among many`, id, request));
  });

const jobs = ({ runs, jobRuns, jobUsers }: Facts) =>
  jobRuns
    .filter(({ job_id, run_id }) => runs.get(run_id)?.row.user_id !== jobUsers.get(job_id))
    .map((link) => violation('I11', "a bulk cancel has another's run", link.run_id, link));

const streams = (facts: Facts, isOther: IsOther) =>
  facts.streams
    .filter(({ user, runId }) => isOther(user, runId))
    .map((stream) => violation('I11', `${stream.user} watches another's run`, stream.runId, stream));

const messages = ({ nats }: Facts, isOther: IsOther) =>
  nats
    .filter(({ by, data }) => by !== 'stored' && isOther(by, data.runId ?? ''))
    .map((message) => violation('I11', `${message.by} hears of another's run`, message.data.runId, message));
