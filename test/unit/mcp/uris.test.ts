/* A URI names a run or a file of it, or nothing. */
import { expect, test } from 'vitest';
import { artifactUri, readUri, runUri } from '../../../services/mcp/uris.ts';

test('what names a run or a file of it is read as it was written', () => {
  expect(readUri(runUri('7f1c'))).toEqual({ id: '7f1c', file: undefined });
  expect(readUri(artifactUri('7f1c/0-1.png'))).toEqual({ id: '7f1c', file: '0-1.png' });
});

test.each(['ghostly://runs/', 'ghostly://runs/a/b', 'ghostly://runs/a/artifacts/../b', 'file:///etc/passwd'])(
  '%s names nothing',
  (uri) => {
    expect(readUri(uri)).toBeUndefined();
  },
);
