/* I2: a picture for the live view is read as it was written, and those of a later owner come after earlier ones. */
import { expect, it } from 'vitest';
import { firstSeq, HEAD_BYTES, readHead, writePicture } from '#shared/adapters/bus/live/picture.ts';
import { framesUrlOf } from '#shared/adapters/bus/options.ts';

const HEAD = { seq: firstSeq(3) + 1, page: 2, width: 1_280, height: 720, at: 1_796_097_600_123_456 };

it('the head of a picture is read as it was written, and the JPEG follows', () => {
  const picture = writePicture(HEAD, Uint8Array.of(0xff, 0xd8));
  expect(readHead(picture)).toEqual(HEAD);
  expect([...picture.subarray(HEAD_BYTES)]).toEqual([0xff, 0xd8]);
  // A message may lie anywhere in a buffer.
  const placed = Buffer.concat([Buffer.alloc(3), picture]).subarray(3);
  expect(readHead(placed)).toEqual(HEAD);
  expect(readHead(picture.subarray(0, HEAD_BYTES))).toBeUndefined();
});

it('I2: the pictures of a later owner come after those of an earlier one', () => {
  expect(firstSeq(2)).toBeGreaterThan(firstSeq(1) + 1_000_000);
});

it('pictures have a user of their own at the servers of all messages', () => {
  expect(framesUrlOf('nats://service:a%20b@one:4222,nats://two:4222')).toBe(
    'nats://service_frames:a%20b@one:4222,nats://two:4222',
  );
  expect(framesUrlOf('nats://one:4222')).toBe('nats://one:4222');
});
