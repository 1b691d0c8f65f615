import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { LinkTo } from '#shared/api/webhooks/message.ts';
import { answerUrl, createAnswerTokens, urlForPeople } from '#shared/platform/seal/answer-links.ts';

/** What makes the links of messages that ask a person; undefined if the service has no public URL. */
export function linksOf(publicUrls: readonly string[], sql: Sql): (() => Promise<LinkTo>) | undefined {
  const origin = urlForPeople(publicUrls);
  if (origin === undefined) return undefined;
  const keyOf = databaseKeyOf(sql);
  return async () => {
    const tokens = createAnswerTokens(await keyOf());
    return (question) => answerUrl(origin, tokens.sign(question));
  };
}
