import { useRef, useState } from 'preact/hooks';
import { text } from '../../text/text.ts';
import { SecretField } from '../secret-field.tsx';
import { vaultText } from '../vault-text.ts';
import type { CodeProblem, PictureProblem } from './code-problems.ts';
import { type ReadCode, readCode } from './otpauth.ts';

type Found = ReadCode | { problem: PictureProblem | 'reading' | 'not_loaded' };

/** The key of one-time codes: typed, or read from a picture that is chosen, dropped or pasted. */
export function CodeField({ issue }: { issue: string | undefined }) {
  const { form: words } = vaultText.value;
  const [found, setFound] = useState<Found | undefined>(undefined);
  const field = useRef<HTMLDivElement>(null);
  const newest = useRef(0);

  async function take(picture: Blob): Promise<void> {
    newest.current += 1;
    const own = newest.current;
    setFound({ problem: 'reading' });
    const read = await readOf(picture);
    // Another picture, or another key, has been given meanwhile.
    if (own !== newest.current) return;
    setFound(read);
    const input = field.current?.querySelector('input');
    if (input && 'uri' in read) input.value = read.uri;
  }
  function type(typed: string): void {
    newest.current += 1;
    setFound(typed === '' ? undefined : readCode(typed));
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped or pasted can also be chosen by the button in it
    <div
      ref={field}
      class="code-field"
      onPaste={onPicture(take)}
      onDrop={onPicture(take)}
      onDragOver={allowDrop}
    >
      <SecretField name="uri" label={words.key} hint={words.keyHint} issue={issue} onChange={type} />
      <PictureChoice onChoose={(picture) => void take(picture)} />
      <FoundText found={found} />
    </div>
  );
}

async function readOf(picture: Blob): Promise<Found> {
  const reader = await import('./read-picture.ts').catch(() => undefined);
  if (!reader) return { problem: 'not_loaded' };
  const read = await reader.readPicture(picture);
  return 'text' in read ? readCode(read.text) : read;
}

/** A picture of what is pasted or dropped; a text goes into the field. */
const onPicture = (take: (picture: Blob) => Promise<void>) => (event: ClipboardEvent | DragEvent) => {
  const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
  const [file] = data?.files ?? [];
  if (!file) return;
  event.preventDefault();
  void take(file);
};

const allowDrop = (event: DragEvent): void => event.preventDefault();

function PictureChoice({ onChoose }: { onChoose(picture: Blob): void }) {
  const { picture: words } = vaultText.value;
  function choose(input: HTMLInputElement): void {
    const [file] = input.files ?? [];
    if (file) onChoose(file);
    // The same picture can be chosen again, and none stays here.
    input.value = '';
  }
  return (
    <div class="code-picture">
      <label class="button">
        {words.choose}
        <input type="file" class="sr" accept="image/*" onChange={(event) => choose(event.currentTarget)} />
      </label>
      <span class="hint">{words.ways}</span>
    </div>
  );
}

function FoundText({ found }: { found: Found | undefined }) {
  const { picture: words } = vaultText.value;
  return (
    <p class="hint" role="status">
      {found && 'facts' in found && <span class="fine">{words.found(found.facts)}</span>}
      {found && 'problem' in found && problemOf(found.problem)}
    </p>
  );
}

function problemOf(problem: CodeProblem | PictureProblem | 'reading' | 'not_loaded') {
  const { picture: words } = vaultText.value;
  if (problem === 'reading') return words.reading;
  return (
    <span class="is-error">
      {problem === 'not_loaded' ? text.value.app.notLoaded : words.problems[problem]}
    </span>
  );
}
