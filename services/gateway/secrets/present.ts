import type { SecretRow } from '#shared/adapters/database/secrets/secrets.ts';
import type { SecretUseRow } from '#shared/adapters/database/secrets/uses.ts';
import type { Secret, SecretUse } from '#shared/api/contract/secrets/secrets.ts';

export const presentSecret = (row: SecretRow): Secret => ({
  name: row.name,
  kind: row.kind,
  origins: row.origins,
  note: row.note,
  version: row.version,
  updatedAt: row.updatedAt.toISOString(),
  ...(row.updatedByEmail !== null && { updatedBy: row.updatedByEmail }),
  ...(row.lastUsedAt && { lastUsedAt: row.lastUsedAt.toISOString() }),
  ...(row.lastUsedByEmail !== null && { lastUsedBy: row.lastUsedByEmail }),
  ...(row.lastUsedRun !== null && { lastUsedRun: row.lastUsedRun }),
});

export const presentUse = ({ at, runId, phase, step, origin, version, user }: SecretUseRow): SecretUse => ({
  at: at.toISOString(),
  runId,
  phase,
  stepIndex: step,
  origin,
  version,
  ...(user !== null && { user }),
});
