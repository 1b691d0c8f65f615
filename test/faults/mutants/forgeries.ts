/*
 * A history in which nothing went wrong, forged: for each rule of the checker what it must not overlook. Each forgery
 * changes the copy of a history that it gets.
 */
import type { AuditRow } from '../bench/audit.ts';
import type { RULES } from '../bench/checker/check.ts';
import type { HistoryEntry } from '../bench/history.ts';

export interface Forgery {
  rule: keyof typeof RULES;
  lie: string;
  forge(entries: HistoryEntry[]): void;
}

const MINUTE = 60_000;
const later = (time: unknown, ms: number) => new Date(Date.parse(String(time)) + ms).toISOString();

type Of<Kind extends HistoryEntry['kind']> = Extract<HistoryEntry, { kind: Kind }>;
function find<Kind extends HistoryEntry['kind']>(
  entries: HistoryEntry[],
  kind: Kind,
  fits: (entry: Of<Kind>) => unknown = () => true,
): Of<Kind> {
  const found = entries.find(
    (entry): entry is Of<Kind> => entry.kind === kind && Boolean(fits(entry as Of<Kind>)),
  );
  if (!found) throw new Error(`nothing of the kind "${kind}" to forge: ${fits}`);
  return found;
}
const drop = (entries: HistoryEntry[], entry: HistoryEntry) => entries.splice(entries.indexOf(entry), 1);
const alter = <Thing extends object>(thing: Thing, changes: Partial<Thing>) => Object.assign(thing, changes);

type Row = Record<string, unknown>;
const rowOf = (entries: HistoryEntry[], table: string, fits: (row: Row) => unknown = () => true) =>
  find(entries, 'row', (entry) => entry.table === table && fits(entry.row));
const change = (entries: HistoryEntry[], fits: (row: AuditRow) => unknown) => {
  const entry = rowOf(entries, 'audit', (row) => fits(row as unknown as AuditRow));
  return { entry, row: entry.row as unknown as AuditRow };
};
const cancelledByUser = (entries: HistoryEntry[]) =>
  rowOf(entries, 'runs', ({ cancel_by, stale }) => cancel_by === 'user' && !stale).row;
const seen = (entries: HistoryEntry[]) =>
  find(entries, 'stream', ({ messages }) => messages.filter(({ id }) => id !== undefined).length > 2);

const isRun = (entry: HistoryEntry): entry is Of<'row'> => entry.kind === 'row' && entry.table === 'runs';
/** It passed beside two that were stopped. */
const passedBeside = (entries: HistoryEntry[]) => {
  const ben = find(entries, 'setting').users[1]!.id;
  return rowOf(entries, 'runs', ({ status, user_id }) => status === 'pass' && user_id === ben).row;
};

/** Puts a run back like one for which no browser started; `but` is what should have forbidden it. */
function putBack(entries: HistoryEntry[], but: Partial<AuditRow['after']>): void {
  const { row } = change(
    entries,
    ({ writer, before, after }) =>
      writer.includes('runner') && before?.owner && before.owner === after.owner && after.lease_until,
  );
  const before = { ...row.after, state: 'running.settling', ...but };
  const after = { ...before, state: 'running.queued', owner: null, lease_until: null };
  const back = { ...row, n: 1e9, before, after: { ...after, epoch: before.epoch + 1 } };
  entries.push({ kind: 'row', table: 'audit', row: back });
}

export const FORGERIES: Forgery[] = [
  {
    rule: 'statusMoves',
    lie: 'a pass turned into a fail',
    forge(entries) {
      const { row } = change(entries, ({ after }) => after.status === 'pass');
      const turned = { ...row, n: 1e9, before: row.after, after: { ...row.after, status: 'fail' } };
      entries.push({ kind: 'row', table: 'audit', row: turned });
    },
  },
  {
    rule: 'ownersWrite',
    lie: 'another runner wrote',
    forge: (entries) => {
      const { row } = change(entries, ({ writer, before }) => writer.includes('runner') && before?.owner);
      row.writer = 'ghostly-runner another';
    },
  },
  {
    rule: 'ownersWrite',
    lie: 'its owner wrote after its lease',
    forge: (entries) => {
      const { row } = change(
        entries,
        ({ writer, before, after }) =>
          writer.includes('runner') && before?.lease_until && before.last_seq !== after.last_seq,
      );
      row.began = later(row.before!.lease_until, 1);
    },
  },
  {
    rule: 'ownersWrite',
    lie: 'its owner put it back when its steps had begun',
    forge: (entries) => putBack(entries, { state: 'running.stepping.acting' }),
  },
  {
    rule: 'ownersWrite',
    lie: 'its owner put it back when a cancel was recorded',
    forge: (entries) => putBack(entries, { cancel_requested_at: new Date(0).toISOString() }),
  },
  {
    rule: 'ownersWrite',
    lie: 'its owner put it back twice',
    forge: (entries) => {
      putBack(entries, {});
      putBack(entries, {});
    },
  },
  {
    rule: 'answeredCancels',
    lie: 'it passed after a 200',
    forge: (entries) => alter(cancelledByUser(entries), { status: 'pass', cancelled: false }),
  },
  {
    rule: 'answeredCancels',
    lie: '409 for a run that was not final',
    forge: (entries) => {
      const cancel = find(entries, 'request', ({ op }) => op === 'cancel');
      alter(cancel, { status: 409, got: cancel.sent });
    },
  },
  {
    rule: 'answeredCancels',
    lie: 'it was cancelled, and nobody had asked for it',
    forge: (entries) => {
      const { id } = cancelledByUser(entries);
      drop(
        entries,
        find(entries, 'request', ({ op, runs }) => op === 'cancel' && runs[0] === id),
      );
    },
  },
  {
    rule: 'graceBudgets',
    lie: 'its cancel took a minute',
    forge: (entries) => {
      const row = cancelledByUser(entries);
      row.cancel_requested_at = later(row.cancel_requested_at, -MINUTE);
    },
  },
  {
    rule: 'acceptedRunsEnd',
    lie: 'a run that was accepted is not there',
    forge: (entries) => drop(entries, rowOf(entries, 'runs')),
  },
  {
    rule: 'acceptedRunsEnd',
    lie: 'a run is not final',
    forge: (entries) => alter(rowOf(entries, 'runs').row, { status: 'running' }),
  },
  {
    rule: 'orphansEnd',
    lie: 'it ended a minute after its runner',
    forge: (entries) => {
      const orphan = rowOf(entries, 'runs', ({ stale }) => stale).row;
      const { row } = change(entries, ({ run_id, after }) => run_id === orphan.id && after.status === 'fail');
      row.at = later(row.at, MINUTE);
    },
  },
  {
    rule: 'quietCame',
    lie: 'a run never ended',
    forge: (entries) =>
      alter(
        find(entries, 'mark', ({ what }) => what === 'quiet'),
        { missing: ['a run'] },
      ),
  },
  {
    rule: 'storedEvents',
    lie: 'its run_end is not stored',
    forge: (entries) =>
      drop(
        entries,
        rowOf(entries, 'events', ({ type }) => type === 'run_end'),
      ),
  },
  {
    rule: 'oneCursor',
    lie: 'the id of a message is another one',
    forge: (entries) => alter(seen(entries).messages.find(({ id }) => id !== undefined)!, { id: '999' }),
  },
  {
    rule: 'natsOrder',
    lie: 'the stream of all events lacks one',
    forge: (entries) =>
      drop(
        entries,
        find(entries, 'nats', ({ by, data }) => by === 'stored' && data.seq === 2),
      ),
  },
  {
    rule: 'watchersSeeAll',
    lie: 'a watcher missed one',
    forge: (entries) => {
      const { messages } = seen(entries);
      messages.splice(
        messages.findIndex(({ id }) => id !== undefined),
        1,
      );
    },
  },
  {
    rule: 'watchersComeBack',
    lie: 'a watcher that came back saw all of it again',
    forge: (entries) => entries.push(seen(entries)),
  },
  {
    rule: 'pagesClose',
    lie: 'a page was open a minute longer',
    forge: (entries) => {
      const page = find(entries, 'site', ({ closed }) => closed !== undefined);
      page.closed! += MINUTE;
    },
  },
  {
    rule: 'browsersDie',
    lie: 'a browser outlived its runner by a minute',
    forge: (entries) => {
      find(entries, 'browser').last += MINUTE;
    },
  },
  {
    rule: 'stepsAreKept',
    lie: 'the outcome of a step is gone',
    forge: (entries) => drop(entries, rowOf(entries, 'steps')),
  },
  {
    rule: 'stepsAreKept',
    lie: 'a picture is gone',
    forge: (entries) => {
      const { screenshot_path: path } = rowOf(entries, 'steps', (row) => row.screenshot_path).row;
      drop(
        entries,
        rowOf(entries, 'artifacts', (row) => row.path === path),
      );
    },
  },
  {
    rule: 'begunStepsEnd',
    lie: 'a step that was cut off has no end',
    forge: (entries) => {
      rowOf(entries, 'events', ({ type }) => type === 'step_failure' || type === 'step_success').row.type =
        'transition';
    },
  },
  {
    rule: 'begunStepsEnd',
    lie: 'a step has no end whose run was ended by SQL alone',
    forge: (entries) => {
      const isEnd = ({ type }: Row) => type === 'step_failure' || type === 'step_success';
      const ended = rowOf(entries, 'events', isEnd);
      const last = rowOf(
        entries,
        'events',
        ({ run_id, type, payload }) =>
          run_id === ended.row.run_id &&
          type === 'transition' &&
          /^(pass|fail)$/.test((payload as Row).to as string),
      );
      for (const entry of [ended, last]) drop(entries, entry);
    },
  },
  {
    rule: 'begunStepsEnd',
    lie: 'an onCancel step has no end',
    forge: (entries) => {
      const begun = structuredClone(rowOf(entries, 'events', ({ type }) => type === 'step_start'));
      entries.push({ ...begun, row: { ...begun.row, type: 'cleanup_start' } });
    },
  },
  {
    rule: 'secretsStayHidden',
    lie: 'a log tells what was filled in',
    forge: (entries) => {
      const { secrets } = find(entries, 'setting');
      entries.push({ kind: 'log', service: 'runner', pid: 1, line: `filled in ${secrets.at(-1)}` });
    },
  },
  {
    rule: 'strangersSeeNothing',
    lie: 'a stranger was answered',
    forge: (entries) =>
      alter(
        find(entries, 'request', ({ op }) => op === 'peek'),
        { status: 200 },
      ),
  },
  {
    rule: 'strangersSeeNothing',
    lie: 'a stranger heard of it over NATS',
    forge: (entries) =>
      void entries.push({ ...find(entries, 'nats', ({ by }) => by === 'stored'), by: 'ben' }),
  },
  {
    rule: 'transitionsOnce',
    lie: 'a transition is stored twice',
    forge: (entries) => entries.push(rowOf(entries, 'events', ({ type }) => type === 'transition')),
  },
  {
    rule: 'transitionsOnce',
    lie: 'its row has an attempt that no event tells of',
    forge: (entries) => alter(rowOf(entries, 'runs').row, { attempt: 2, on_runner_loss: 'requeue' }),
  },
  {
    rule: 'transitionsOnce',
    lie: 'its flow started again, and it did not ask for that',
    forge: (entries) => {
      const { row } = rowOf(entries, 'runs', ({ on_runner_loss }) => on_runner_loss === 'fail');
      row.attempt = 2;
      const requeued = { run_id: row.id, seq: 1e9, type: 'requeued', payload: { attempt: 2 } };
      entries.push({ kind: 'row', table: 'events', row: requeued });
    },
  },
  {
    rule: 'personsAreHeard',
    lie: 'a run went on after a pause that nobody had ended',
    forge: (entries) => {
      const { row } = rowOf(entries, 'runs');
      const went = { run_id: row.id, seq: 1e9, type: 'resumed', payload: { why: 'resumed', from: 0 } };
      entries.push({ kind: 'row', table: 'events', row: went });
    },
  },
  {
    rule: 'personsAreHeard',
    lie: 'an answer was taken, and the run passed without it',
    forge: (entries) => {
      const id = String(rowOf(entries, 'runs', ({ status }) => status === 'pass').row.id);
      const request = { kind: 'request', op: 'person', act: 'answer', gateway: 0, user: 'ann' } as const;
      entries.push({ ...request, runs: [id], status: 200, sent: 0, got: 1 });
    },
  },
  {
    rule: 'contractAnswers',
    lie: 'a start was answered 500',
    forge: (entries) =>
      alter(
        find(entries, 'request', ({ op }) => op === 'start'),
        { status: 500 },
      ),
  },
  {
    rule: 'neighboursLive',
    lie: 'it failed, since the browser was stopped for another',
    forge: (entries) => {
      alter(passedBeside(entries), {
        status: 'fail',
        error: 'step 1: the browser was stopped because another page in it hung',
      });
    },
  },
  {
    rule: 'cancelsBesideOthers',
    lie: "its cancel took a minute beside another's page",
    forge: (entries) => {
      const other = passedBeside(entries);
      const { row } = rowOf(
        entries,
        'runs',
        ({ cancel_by, user_id, owner, stale }) =>
          cancel_by === 'user' && user_id !== other.user_id && owner === other.owner && !stale,
      );
      row.cancel_requested_at = later(row.cancel_requested_at, -MINUTE);
    },
  },
  {
    rule: 'sharesAreFair',
    lie: 'others got three runs more while one waited',
    forge: (entries) => {
      const all = entries.flatMap((entry) =>
        entry.kind === 'row' && entry.table === 'audit' ? [entry.row as unknown as AuditRow] : [],
      );
      const runs = entries.flatMap((entry) => (isRun(entry) ? [entry] : []));
      const ofUsers = [...Map.groupBy(runs, ({ row }) => row.user_id).values()];
      const [few, many] = ofUsers.toSorted((a, b) => a.length - b.length);
      const claim = all.find(({ before, after }) => before && !before.owner && after.owner)!;
      const accepted = all.find(({ before }) => before === null)!;
      const at = later(all.at(-1)!.at, MINUTE);
      const put = (run_id: string, pattern: AuditRow, ms: number) =>
        entries.push({
          kind: 'row',
          table: 'audit',
          row: { ...pattern, run_id, at: later(at, ms), n: 2e9 + ms } as unknown as Row,
        });
      put(String(few![0]!.row.id), accepted, 0);
      for (const [n, { row }] of many!.slice(0, 3).entries()) put(String(row.id), claim, 10 * MINUTE + n);
    },
  },
  {
    rule: 'costsStay',
    lie: 'a cancel took twice as long on a grown database',
    forge: (entries) =>
      entries.push({
        kind: 'cost',
        what: 'ms until answered',
        allowed: 0,
        empty: [5, 6, 7],
        grown: [11, 12, 13],
      }),
  },
  {
    rule: 'statementsEnd',
    lie: 'a look of the supervisor was given up',
    forge: (entries) => {
      const { at } = find(entries, 'mark', ({ what }) => what === 'quiet');
      const reported = { time: new Date(at + MINUTE).toISOString(), msg: 'the sweep failed' };
      const err = { message: 'canceling statement due to statement timeout' };
      entries.push({
        kind: 'log',
        service: 'supervisor',
        pid: 1,
        line: JSON.stringify({ ...reported, err }),
      });
    },
  },
  {
    rule: 'flowsStayInside',
    lie: 'a connection reached a forbidden place',
    forge: (entries) => entries.push({ kind: 'visit', at: Date.now(), said: 'GET /frame HTTP/1.1' }),
  },
  {
    rule: 'flowsStayInside',
    lie: 'a flow that went there passed',
    forge: (entries) => {
      const { tag } = find(entries, 'request', ({ flow }) => flow === 'stray');
      alter(rowOf(entries, 'runs', ({ context_id }) => context_id === tag).row, { status: 'pass' });
    },
  },
];
