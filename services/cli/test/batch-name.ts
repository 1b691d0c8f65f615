import type { Environment } from '#shared/adapters/binaries/binaries.ts';
import { LONGEST } from '#shared/api/limits.ts';
import { cutWhole } from '../view/cut-whole.ts';
import { plainText } from '../view/plain-text.ts';

/** What a batch is called that CI starts: its branch and commit, as GitHub and GitLab give them. */
export function nameInCi(env: Environment): string | undefined {
  const branch = env.GITHUB_REF_NAME || env.CI_COMMIT_REF_NAME;
  const commit = env.GITHUB_SHA || env.CI_COMMIT_SHA;
  const parts = [...(branch ? [branch] : []), ...(commit ? [`commit ${commit.slice(0, 7)}`] : [])];
  return cutWhole(plainText(parts.join(', ')).trim(), LONGEST.name) || undefined;
}
