import type { EgressPolicy } from '#shared/config/egress/policy.ts';
import { targetOf } from '#shared/egress/target.ts';
import { invalid } from '../http/input.ts';
import type { AnswerLanguage } from '../http/language.ts';

/**
 * Refuses a URL to which no attempt could ever connect. Each address might be the supervisor's own, and so count as
 * this machine. Names are not looked up: the answer would tell which names there are in the service's network.
 */
export function refuseForbidden(url: string | null, egress: EgressPolicy, language: AnswerLanguage): void {
  if (url === null) return;
  const { host, port } = targetOf(new URL(url));
  if (port === 0 || !egress.mayAllow(host, port))
    throw invalid([{ path: ['url'], message: 'not_allowed_url' }], language);
}
