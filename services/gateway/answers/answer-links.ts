/* Makes the links that answer runs. Owns nothing: all gateways have the key from the database. */
import { databaseKeyOf } from '#shared/adapters/database/database-key.ts';
import type { Sql } from '#shared/adapters/database/sql.ts';
import type { LinkTo } from '#shared/api/webhooks/message.ts';
import {
  type AnswerTokens,
  answerUrl,
  createAnswerTokens,
  urlForPeople,
} from '#shared/platform/seal/answer-links.ts';
import type { OwnPages } from '../access/own-pages.ts';
import type { GatewayContext } from '../http/call.ts';

export interface AnswerLinks {
  tokens(): Promise<AnswerTokens>;
  /** Makes links for the caller of a request. */
  linksFor(ctx: Pick<GatewayContext, 'get' | 'method' | 'host' | 'secure'>): Promise<LinkTo>;
}

interface Places {
  reads: Sql;
  publicUrls: readonly string[] | undefined;
  ownPages: Pick<OwnPages, 'isSecure'>;
}

/** They lead to a public https URL if there is one; else to the host that was called, which is one of ours (`knownHosts`). */
export function createAnswerLinks({ reads, publicUrls = [], ownPages }: Places): AnswerLinks {
  const keyOf = databaseKeyOf(reads);
  const tokens = async () => createAnswerTokens(await keyOf());
  const url = urlForPeople(publicUrls);
  const known = url?.startsWith('https:') ? url : undefined;
  return {
    tokens,
    async linksFor(ctx) {
      const { sign } = await tokens();
      const origin = known ?? `${ownPages.isSecure(ctx) ? 'https' : 'http'}://${ctx.host}`;
      return (question) => answerUrl(origin, sign(question));
    },
  };
}
