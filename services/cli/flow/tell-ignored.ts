import type { Started } from '#shared/api/client/index.ts';
import { plainText } from '../view/plain-text.ts';

/** Says which fields of a flow, or of its changes, the gateway did not know; `file`: the one of several that has them. */
export function tellIgnored(
  { ignored }: Pick<Started, 'ignored'>,
  err: (line: string) => void,
  file?: string,
): void {
  const where = file === undefined ? '' : ` in ${plainText(file)}`;
  if (ignored)
    err(`Ignored${where}, as the gateway does not know them: ${ignored.map(plainText).join(', ')}`);
}
