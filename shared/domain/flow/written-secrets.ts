import { isHttpUrl } from './origin.ts';
import { isSecretFill, onlyNames, passwordsOf } from './secrets.ts';
import type { Step } from './step.ts';

type Path = (string | number)[];

/**
 * Where a flow that is kept under a name would hold a secret: a value to type that is written and not only named, unless it
 * is said to be none, and a password in a URL. To clear a field is no secret.
 */
export function writtenSecrets(flow: {
  baseUrl: string;
  steps: Step[];
  onCancel?: Step[] | undefined;
}): Path[] {
  const places: Path[] = passwordsOf(flow.baseUrl).length > 0 ? [['baseUrl']] : [];
  for (const list of ['steps', 'onCancel'] as const)
    for (const [index, step] of (flow[list] ?? []).entries()) {
      if (isSecretFill(step) && step.value !== '' && !onlyNames(step.value))
        places.push([list, index, 'value']);
      if (step.action === 'goto' && hasPassword(step.url, flow.baseUrl)) places.push([list, index, 'url']);
    }
  return places;
}

/** A relative URL may have one, too: `//user:password@host`. */
const hasPassword = (url: string, baseUrl: string): boolean =>
  isHttpUrl(baseUrl) && passwordsOf(URL.parse(url, baseUrl)?.href ?? '').length > 0;
