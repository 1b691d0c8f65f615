import type { EgressPolicy } from '#shared/config/egress/policy.ts';
import { targetOf } from '#shared/egress/target.ts';
import { invalid } from '../http/input.ts';
import type { Language } from '../http/language.ts';

/**
 * Refuses a URL to which no attempt could ever connect. Which addresses are the supervisor's own, and so count as this
 * machine, is not known here: each might be. Names are not looked up: whether they may be reached is decided at each
 * attempt, and an answer that came of it would tell which names there are in the service's network.
 */
export function refuseForbidden(url: string | null, egress: EgressPolicy, language: Language): void {
  if (url === null) return;
  const { host, port } = targetOf(new URL(url));
  if (port === 0 || !egress.mayAllow(host, port))
    throw invalid([{ path: ['url'], message: 'not_allowed_url' }], language);
}
