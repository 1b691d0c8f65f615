import type { Started } from '#shared/api/client/index.ts';
import { plainText } from '../view/plain-text.ts';

/** Says which fields of a flow, or of its changes, the gateway did not know. */
export function tellIgnored({ ignored }: Pick<Started, 'ignored'>, err: (line: string) => void): void {
  if (ignored) err(`Ignored, as the gateway does not know them: ${ignored.map(plainText).join(', ')}`);
}
