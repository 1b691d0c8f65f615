import { usePolledList } from '../session/polled-list.ts';
import { RunLink } from '../session/run-link.tsx';
import { momentText } from '../text/moment.ts';
import { type ListedUse, readUses, type SecretPlace } from './vault.ts';
import { vaultText } from './vault-text.ts';

const LOOK_MS = 5_000;
const SIZES = { first: 20, more: 100, most: 1_000 };

/** When a secret was opened, by which run of whom, newest first. */
export function UseList({ place }: { place: SecretPlace }) {
  const words = vaultText.value;
  const { found, error, hasMore, showMore } = usePolledList(
    (limit, signal) => readUses(place, limit, signal),
    { everyMs: LOOK_MS, sizes: SIZES, key: `uses ${place.id} ${place.name}` },
  );
  if (!found) return error ? <p class="is-error">{words.usesFailed}</p> : null;
  if (found.length === 0) return <p class="soft">{words.noUses}</p>;
  return (
    <>
      <UseTable uses={found} />
      {hasMore && (
        <button type="button" class="button compact" onClick={showMore}>
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
