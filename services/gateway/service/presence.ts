/*
 * Tells the other gateways, through the database, that this one is there and what it reaches. Owns the outages that have
 * ended and are not stored yet: one of PostgreSQL can only be stored after it.
 */
import { hostname } from 'node:os';
import {
  type EndedOutage,
  removeGateway,
  reportGateway,
} from '#shared/adapters/database/processes/gateways.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import { startLoop } from '#shared/platform/async/loop.ts';
import type { Log } from '#shared/platform/log/log.ts';
import type { Reach } from './reach.ts';

interface PresenceDeps {
  id: string;
  sql: Sql;
  reach: Pick<Reach, 'looks' | 'takeEnded'>;
  log: Pick<Log, 'warn'>;
}

/** The pause between two reports, ms. */
const EVERY_MS = 3_000;
/** A gateway without a report for so long counts as silent, ms. */
export const SILENT_GATEWAY_MS = 10_000;
/** Most outages that wait to be stored; the oldest are given up. */
const MOST_ENDED = 100;

/** Closing takes the gateway off the list. */
export function startPresence({ id, sql, reach, log }: PresenceDeps): AsyncDisposable {
  const gateway = { id, host: hostname(), pid: process.pid };
  let ended: EndedOutage[] = [];
  let isSaid = false;
  const report = async () => {
    ended = [...ended, ...reach.takeEnded()].slice(-MOST_ENDED);
    const reported = ended;
    await reportGateway(sql, { ...gateway, looks: reach.looks(), ended: reported });
    ended = ended.filter((outage) => !reported.includes(outage));
    isSaid = false;
  };
  const loop = startLoop(EVERY_MS, report, (err) => {
    if (!isSaid) log.warn({ err }, 'could not tell other gateways of this one');
    isSaid = true;
  });
  return {
    async [Symbol.asyncDispose]() {
      await loop[Symbol.asyncDispose]();
      // A row that stays is forgotten in time.
      await removeGateway(sql, id).catch(() => undefined);
    },
  };
}
