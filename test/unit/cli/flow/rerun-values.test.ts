/* I10: a rerun of another user's flow asks for the secrets that were not given, or names them. */
import { describe, expect, it } from 'vitest';
import { ApiError } from '#shared/api/client/index.ts';
import { ISSUES } from '#shared/api/contract/errors/issues.ts';
import { withAskedSecrets } from '../../../../services/cli/flow/rerun-values.ts';

const refused = (message: string, ...paths: string[]) =>
  new ApiError(400, {
    ok: false,
    error: 'validation error',
    details: { formErrors: [], fieldErrors: {}, issues: paths.map((path) => ({ path, message })) },
  });

/** A gateway that wants a value for each of these places. */
const wanting =
  (...places: string[]) =>
  async (values: Record<string, string>) => {
    const missing = places.filter((place) => values[place] === undefined);
    if (missing.length > 0) throw refused(ISSUES.secret_of_another.es, ...missing);
    return values;
  };

describe("I10: the secrets of a rerun of another user's flow", () => {
  it('are those that were given', async () => {
    const given = { 'steps.1.value': 'mine' };
    expect(await withAskedSecrets(given, wanting('steps.1.value'), undefined)).toEqual(given);
  });

  it('are asked for, one by one, beside those that were given', async () => {
    const questions: string[] = [];
    const ask = async (question: string) => String(questions.push(question));
    const rerun = wanting('steps.1.value', 'steps.2.value', 'onCancel.0.value');
    const started = await withAskedSecrets({ 'steps.2.value': 'mine' }, rerun, ask);
    expect(started).toEqual({ 'steps.1.value': '1', 'steps.2.value': 'mine', 'onCancel.0.value': '2' });
    expect(questions[0]).toBe('steps.1.value is a secret of another user; enter yours');
  });

  it.each([undefined, async () => undefined])('are named where nobody answers', async (ask) => {
    const { lines } = await withAskedSecrets({}, wanting('steps.1.value'), ask).then(
      () => ({ lines: [] }),
      (error: { lines(): string[] }) => ({ lines: error.lines() }),
    );
    expect(lines).toEqual([
      'this flow contains secrets of another user',
      '  steps.1.value: set your own with --value steps.1.value=TEXT',
    ]);
  });

  it('are not asked for when something else is wrong', async () => {
    const error = refused('is required', 'project');
    const rerun = () => Promise.reject(error);
    await expect(withAskedSecrets({}, rerun, async () => 'x')).rejects.toBe(error);
  });
});
