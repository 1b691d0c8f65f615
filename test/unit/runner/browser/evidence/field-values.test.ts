/* No accessibility tree shows what stands in a field. */
import { expect, test } from 'vitest';
import { inSlices } from '#shared/platform/async/in-slices.ts';
import { withoutFieldValues } from '../../../../../services/runner/browser/evidence/field-values.ts';

const shown = (tree: string) => inSlices(withoutFieldValues(tree));

test('an accessibility tree has no values of fields, in all forms that Playwright writes', async () => {
  const tree = `- heading "textbox \\"a\\": b" [level=1]
- textbox
- textbox "Mail": ann
- textbox "a \\"b\\": c" [disabled] [active]: "x: y"
- 'searchbox "it''s: this" [active]': "4711"
- 'searchbox "it''s: that"'
- form "log in":
  - spinbutton "Number": "12"
  - textbox "Note":
    - /placeholder: "say: it"
    - text: Tr0
  - textbox "Rich":
    - paragraph: Tr0
    - 'link "Tr0: b"':
      - /url: /Tr0
  - combobox "Colour": red
  - combobox "Size":
    - option "L" [selected]
    - text: Tr0
  - slider "How much": "4"
  - text: textbox Tr1
- paragraph: after`;
  expect(await shown(tree)).toBe(`- heading "textbox \\"a\\": b" [level=1]
- textbox
- textbox "Mail": [REDACTED]
- textbox "a \\"b\\": c" [disabled] [active]: [REDACTED]
- 'searchbox "it''s: this" [active]': [REDACTED]
- 'searchbox "it''s: that"'
- form "log in":
  - spinbutton "Number": [REDACTED]
  - textbox "Note":
    - /placeholder: "say: it"
    - text: [REDACTED]
  - textbox "Rich":
    - text: [REDACTED]
    - text: [REDACTED]
      - text: [REDACTED]
  - combobox "Colour": [REDACTED]
  - combobox "Size":
    - option "L" [selected]
    - text: [REDACTED]
  - slider "How much": [REDACTED]
  - text: textbox Tr1
- paragraph: after`);
});

test('a field that is written in no known form is left out', async () => {
  expect(await shown('  - textbox what is this\n- paragraph: a')).toBe(
    '  - text: [REDACTED]\n- paragraph: a',
  );
});
