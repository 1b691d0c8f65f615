import type { Flow } from '#shared/domain/flow/flow.ts';
import { createRunSecrets, type RunSecrets } from '../../services/runner/browser/vault/run-secrets.ts';
import { createRunVault, type RunVault } from '../../services/runner/browser/vault/run-vault.ts';

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
    source: undefined,
    secrets: secrets ?? createRunSecrets(flow, async () => undefined),
    mayAct: () => true,
  });
