import { type FlowBody, findFlowVersion, findNamedFlow } from '#shared/adapters/database/flows/flows.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { FlowReference } from '#shared/api/contract/flows/flow-name.ts';
import { type NamedStart, type StartBody, startBody } from '#shared/api/contract/runs/start.ts';
import type { Fields } from '#shared/platform/json/fields.ts';
import { type FoundIssue, invalid, validate } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

interface Asked {
  projectId: string;
  flow: NamedStart['flow'];
  /** Fields of a start that come beside the flow, or in place of its own. */
  given: Fields;
  language: AnswerLanguage;
}

/** The start of a named flow as that is now. @throws RequestError if there is no such flow, or it does not go with what is given */
export async function namedStart(
  sql: Sql,
  { projectId, flow, given, language }: Asked,
): Promise<{ body: StartBody; namedFlow: FlowReference }> {
  const found = await readNamed(sql, projectId, flow);
  if ('path' in found) throw invalid([found], language);
  return { body: startOfKept(found.body, given, language), namedFlow: found.reference };
}

/** The start of a flow as it is kept, with what is given beside it. @throws RequestError if they do not go together */
export function startOfKept(
  { site: _, ...kept }: FlowBody,
  given: Fields,
  language: AnswerLanguage,
): StartBody {
  return validate(startBody, { ...kept, ...given }, language);
}

/** The flow in the version that is asked for, or the issue that there is none. */
async function readNamed(
  sql: Sql,
  projectId: string,
  { name, version }: NamedStart['flow'],
): Promise<{ body: FlowBody; reference: FlowReference } | FoundIssue> {
  const newest = await findNamedFlow(sql, { projectId, name });
  if (!newest) return { path: ['flow', 'name'], message: 'no_such_flow' };
  const found =
    version === undefined || version === newest.version
      ? newest
      : await findFlowVersion(sql, { projectId, name, version });
  if (!found) return { path: ['flow', 'version'], message: 'no_such_version' };
  return { body: found.body, reference: { name, version: found.version } };
}
