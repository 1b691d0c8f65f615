import type { Sql } from '#shared/adapters/database/sql.ts';
import type { Batch, ReportFormat } from '#shared/api/contract/batches/batches.ts';
import { inSlices, type Sliced } from '#shared/platform/async/in-slices.ts';
import { urlForPeople } from '#shared/platform/seal/answer-links.ts';
import type { OwnPages } from '../access/own-pages.ts';
import type { Handler } from '../http/call.ts';
import { jsonParts } from '../http/json-reply.ts';
import { wholeBatch } from './read-batches.ts';
import { ctrfReport } from './report/ctrf.ts';
import { junitReport } from './report/junit.ts';
import type { ReportLinks } from './report/links.ts';
import { markdownReport } from './report/markdown.ts';

interface ReadReportDeps {
  sql: Sql;
  publicUrls: readonly string[] | undefined;
  ownPages: Pick<OwnPages, 'isSecure'>;
}

interface Written {
  type: string;
  /** What the name of its file ends with. */
  ending: string;
  write(batch: Batch, links: ReportLinks): Sliced<string[]>;
}

const FORMATS: Record<ReportFormat, Written> = {
  json: { type: 'application/json', ending: 'json', write: jsonParts },
  junit: { type: 'application/xml', ending: 'junit.xml', write: junitReport },
  ctrf: {
    type: 'application/json',
    ending: 'ctrf.json',
    write: function* (batch, links) {
      return yield* jsonParts(yield* ctrfReport(batch, links));
    },
  },
  markdown: { type: 'text/markdown', ending: 'md', write: markdownReport },
};

/** Its links lead to the public URL, or else to the host that was called. */
export const createReadReport =
  ({ sql, publicUrls = [], ownPages }: ReadReportDeps): Handler<'readReport'> =>
  async (call) => {
    const { query, ctx } = call;
    const { format = 'json' } = query;
    const batch = await wholeBatch(sql, call);
    const origin = urlForPeople(publicUrls) ?? `${ownPages.isSecure(ctx) ? 'https' : 'http'}://${ctx.host}`;
    const { type, ending, write } = FORMATS[format];
    const links = {
      run: (id: string) => new URL(`/#/runs/${id}`, origin).href,
      picture: (path: string) => new URL(`/artifacts/${path}`, origin).href,
    };
    const parts = await inSlices(write(batch, links));
    ctx.set('Content-Disposition', `attachment; filename="batch-${batch.id}.${ending}"`);
    ctx.set('Cache-Control', 'no-store');
    ctx.type = `${type}; charset=utf-8`;
    ctx.body = parts.join('');
  };
