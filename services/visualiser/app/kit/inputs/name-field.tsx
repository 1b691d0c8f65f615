import { TextField } from './text-field.tsx';

interface NameFieldProps {
  words: { name: string; nameHint: string };
  issue: string | undefined;
  /** What it begins with. */
  name?: string | undefined;
  /** Which names there may be; else those of values, such as `${secrets.shop}`. */
  rule?: { pattern: string; maxLength: number };
}

const OF_VALUES = { pattern: '[A-Za-z_][A-Za-z0-9_\\-]*', maxLength: 64 };

/** The name of something new, by which it is found. */
export const NameField = ({ words, issue, name = '', rule = OF_VALUES }: NameFieldProps) => (
  <TextField
    name="name"
    label={words.name}
    hint={words.nameHint}
    issue={issue}
    class="code"
    required
    autofocus
    defaultValue={name}
    {...rule}
  />
);
