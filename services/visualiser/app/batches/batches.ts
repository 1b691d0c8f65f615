/* The batches of a project, as their pages see them. Owns nothing. */
import type { CancelMode } from '#shared/api/client/index.ts';
import type { BatchSummary, ReportFormat } from '#shared/api/contract/batches/batches.ts';
import { BATCH_LIMITS } from '#shared/api/limits.ts';
import { shortId } from '#shared/domain/run/short-id.ts';
import { isBlank } from '../kit/plain-text.ts';
import { client } from '../session/session.ts';
import { batchWords } from './words.ts';

/** Which batch of which project. */
export interface BatchOfProject {
  id: string;
  batch: string;
}

/** What people call it; without a name, the end of its id. */
export const batchNameOf = ({ id, name }: Pick<BatchSummary, 'id' | 'name'>): string =>
  name === undefined || isBlank(name) ? batchWords.value.unnamed(shortId(id)) : name;

/** The newest ones, page by page. @throws ApiError, GatewayError, as all of these */
export async function readBatches(id: string, limit: number, signal: AbortSignal): Promise<BatchSummary[]> {
  const found: BatchSummary[] = [];
  for (;;) {
    const size = Math.min(limit - found.length, BATCH_LIMITS.page);
    const before = found.at(-1)?.id;
    const query = { limit: size, ...(before !== undefined && { before }) };
    const page = await client.value.call('listBatches', { params: { id }, query }, { signal });
    found.push(...page);
    if (page.length < size || found.length >= limit) return found;
  }
}

export const stopBatch = (
  params: BatchOfProject,
  how: { mode: CancelMode; reason?: string },
): Promise<unknown> => client.value.call('cancelBatch', { params, body: how });

/** Its report, as a text. */
export async function readReportText(params: BatchOfProject, format: ReportFormat): Promise<string> {
  const response = await client.value.open('readReport', { params, query: { format } });
  return response.text();
}
