import type { Statements } from '#shared/adapters/database/sql.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import { createRunSecrets, type RunSecrets } from '../../../../services/runner/browser/vault/run-secrets.ts';
import { createRunVault, type RunVault } from '../../../../services/runner/browser/vault/run-vault.ts';

const none = () => Promise.reject(new Error('there is no database'));
const NO_DATABASE: Statements = { row: none, rows: none };

interface Given {
  runId?: string;
  secrets?: RunSecrets;
}

/** What a runner without keys has of a flow: it redacts, and opens nothing. */
export const vaultWithoutKeys = (flow: Flow, { runId = 'run', secrets }: Given = {}): RunVault =>
  createRunVault({
    runId,
    owner: 'owner',
    epoch: 1,
    projectId: 'project',
    flow,
    sql: NO_DATABASE,
    keys: undefined,
    secrets: secrets ?? createRunSecrets(flow),
    mayAct: () => true,
  });
