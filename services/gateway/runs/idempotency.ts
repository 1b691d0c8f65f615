import { createHash } from 'node:crypto';
import type { IdempotencyKey } from '#shared/adapters/database/runs/idempotency.ts';
import { canonicalJson } from './canonical-json.ts';

/**
 * What a repeated request is recognised by. `asked` is all that its answer depends on, validated and with every default
 * filled in: two bodies that mean the same are equal, in whatever order their fields come.
 */
export const idempotencyKey = (key: string, asked: unknown): IdempotencyKey => ({
  key,
  bodyHash: createHash('sha256').update(canonicalJson(asked)).digest('base64url'),
});
