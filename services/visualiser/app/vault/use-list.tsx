import { useState } from 'preact/hooks';
import { usePolling } from '../session/polling.ts';
import { momentText } from '../text/moment.ts';
import { RunLink } from './run-link.tsx';
import { type ListedUse, readUses, type SecretPlace } from './vault.ts';
import { vaultText } from './vault-text.ts';

const LOOK_MS = 5_000;
const FIRST = 20;
const MORE = 100;
const MOST = 1_000;

/** When a secret was typed, by which run of whom, newest first. */
export function UseList({ place }: { place: SecretPlace }) {
  const words = vaultText.value;
  const [limit, setLimit] = useState(FIRST);
  const [found, setFound] = useState<ListedUse[] | undefined>(undefined);
  const [failed, setFailed] = useState(false);
  usePolling(
    async (signal) => {
      setFound(await readUses(place, limit, signal));
      setFailed(false);
    },
    { everyMs: LOOK_MS, key: limit, onError: () => setFailed(true) },
  );
  if (!found) return failed ? <p class="is-error">{words.usesFailed}</p> : null;
  if (found.length === 0) return <p class="soft">{words.noUses}</p>;
  return (
    <>
      <UseTable uses={found} />
      {found.length === limit && limit < MOST && (
        <button type="button" class="button compact" onClick={() => setLimit(Math.min(limit + MORE, MOST))}>
          {words.more}
        </button>
      )}
    </>
  );
}

function UseTable({ uses }: { uses: readonly ListedUse[] }) {
  const words = vaultText.value;
  return (
    <div class="use-table">
      <table>
        <thead>
          <tr>
            <th scope="col">{words.useAt}</th>
            <th scope="col">{words.useRun}</th>
            <th scope="col">{words.useStep}</th>
            <th scope="col">{words.useOrigin}</th>
            <th scope="col">{words.useUser}</th>
            <th scope="col">{words.useVersion}</th>
          </tr>
        </thead>
        <tbody>
          {uses.map(({ at, runId, phase, stepIndex, origin, user, version }) => (
            <tr key={`${runId} ${phase} ${stepIndex} ${at}`}>
              <td>
                <time dateTime={at}>{momentText(at)}</time>
              </td>
              <td>
                <RunLink id={runId} />
              </td>
              <td>{phase === 'flow' ? stepIndex + 1 : words.cleanupStep(stepIndex + 1)}</td>
              <td>
                <code>{origin}</code>
              </td>
              <td>{user ?? words.unknownUser}</td>
              <td>{version}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
