/*
 * The reader of flows, which comes as a file of its own when the first flow is written. Where it cannot be had, such as
 * after the gateway was replaced by another version, a flow is only read as JSON, and the gateway alone checks it.
 */
import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { isFields } from '#shared/platform/json/fields.ts';
import type { DraftReader, DraftWords } from './draft.ts';
import { startOf } from './start-of.ts';

const reader = signal<DraftReader | undefined>(undefined);
let loading: Promise<DraftReader> | undefined;

export function loadDraftReader(): Promise<DraftReader> {
  loading ??= import('./flow-draft.ts').catch(() => UNCHECKED);
  return loading;
}

/** Undefined until it is there. */
export function useDraftReader(): DraftReader | undefined {
  useEffect(() => {
    void loadDraftReader().then((loaded) => {
      reader.value = loaded;
    });
  }, []);
  return reader.value;
}

const UNCHECKED: DraftReader = {
  readDraft(text, project, words) {
    const { issues, fields } = uncheckedFields(text, words);
    return fields ? { issues, body: startOf(fields, project) } : { issues };
  },
  readNamed(text, words) {
    const { issues, fields } = uncheckedFields(text, words);
    return fields ? { issues, flow: { ...fields } } : { issues };
  },
  keptFieldsOf: (flow) => ({ ...flow }),
  locate: (_, found) => found.map(({ path, message }) => ({ path: path.join('.'), line: 0, message })),
};

function uncheckedFields(text: string, { notJson, notObject }: DraftWords) {
  const refuse = (message: string) => ({ issues: [{ path: '', line: 0, message }], fields: undefined });
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? { issues: [], fields: value } : refuse(notObject);
  } catch {
    return refuse(notJson(''));
  }
}
