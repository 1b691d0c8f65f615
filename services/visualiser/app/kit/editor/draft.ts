import type { StartInput } from '#shared/api/client/index.ts';

/** A problem of a draft, and the line that it stands beside. */
export interface DraftIssue {
  /** Empty for the whole text. */
  path: string;
  line: number;
  message: string;
}

interface Draft {
  issues: DraftIssue[];
  /** What can be posted; undefined while there are issues. */
  body?: StartInput;
}

/** The texts of problems. */
export interface DraftWords {
  language: 'en' | 'es';
  notJson(found: string): string;
  notObject: string;
}

interface DraftOptions {
  /** A flow that is run again: placeholders of secrets stand for what was written before, and unknown fields are refused. */
  isAgain?: boolean;
}

/** A flow that is to be kept under a name. */
interface NamedDraft {
  issues: DraftIssue[];
  /** What can be kept; undefined while there are issues. */
  flow?: Record<string, unknown>;
}

export interface DraftReader {
  /** Reads a flow as it is typed, to be kept under a name. */
  readNamed(text: string, words: DraftWords): NamedDraft;
  /** Reads a flow as it is typed, for a project. */
  readDraft(text: string, project: string, words: DraftWords, options?: DraftOptions): Draft;
  /** The fields of a flow that can be kept under a name, without those that only say what a flow does anyway. */
  keptFieldsOf(flow: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Puts what the gateway found wrong beside the lines of the text. */
  locate(text: string, found: readonly { path: string[]; message: string }[]): DraftIssue[];
}
