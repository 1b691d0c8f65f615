/* A consumer is notified of each gap, and since when, until it has acknowledged that, and of nothing else. */
import { describe, expect, it } from 'vitest';
import {
  type Judgement,
  judgeGap,
  type Seen,
  type StreamPlace,
} from '../../../../services/gateway/subscribers/judge-gap.ts';

const NAME = 'feed_own_h';
/** The stream has 101 … 200, published since minute 50; everything stored before minute 99 is published. */
const SEEN: Seen = {
  position: { name: NAME, isNew: false, floor: 150, isCurrent: false },
  extent: { firstSeq: 101, lastSeq: 200, hasDropped: true, since: 50 },
  noticesFloor: undefined,
  publishedUntil: 99,
};
const at = (position: Partial<Seen['position']>, more: Partial<Seen> = {}): Seen => ({
  ...SEEN,
  ...more,
  position: { ...SEEN.position, ...position },
});
const NOTHING: StreamPlace = { hadUntil: undefined, mark: undefined };
const whole: Seen['extent'] = { firstSeq: 1, lastSeq: 200, hasDropped: false, since: 0 };
const notice = (seq: number) => ({ seq, at: 90, isNotice: true });
const mark = (seq: number) => ({ seq, at: 80, isNotice: false });

describe('a consumer at its sign-in', () => {
  it.each<[name: string, place: StreamPlace, seen: Seen, Judgement]>([
    [
      'that is new is notified, if the stream has dropped anything',
      NOTHING,
      at({ isNew: true, floor: 0 }),
      { tell: { since: undefined } },
    ],
    [
      'that is new is not notified of a whole stream',
      NOTHING,
      at({ isNew: true, floor: 0 }, { extent: whole }),
      { place: { hadUntil: 0, mark: { seq: 200, at: 99, isNotice: false } } },
    ],
    [
      'that is not known to have had anything counts as one that has had everything',
      NOTHING,
      SEEN,
      { place: { hadUntil: 50, mark: { seq: 200, at: 99, isNotice: false } } },
    ],
    [
      'that was away for longer than the stream reaches back is notified since when',
      { hadUntil: 40, mark: undefined },
      SEEN,
      { tell: { since: 40 } },
    ],
    [
      'is notified also if JetStream has moved it on, over what was dropped, to where it was to come',
      { hadUntil: 40, mark: mark(60) },
      at({ floor: 100 }),
      { tell: { since: 40 } },
    ],
    [
      'is notified also if it is a new one, since its old one was deleted',
      { hadUntil: 40, mark: mark(60) },
      at({ isNew: true, floor: 0 }),
      { tell: { since: 40 } },
    ],
    [
      'of a stream that was made anew is notified',
      { hadUntil: 40, mark: mark(900) },
      at({ isNew: true, floor: 0 }, { extent: { ...whole, since: 45 } }),
      { tell: { since: 40 } },
    ],
    [
      'that has acknowledged all that there is for it has had what was published',
      { hadUntil: 60, mark: mark(120) },
      at({ floor: 30, isCurrent: true }),
      { place: { hadUntil: 99, mark: undefined } },
    ],
    [
      'that has come to its mark has had what was before it, and gets the next one',
      { hadUntil: 60, mark: mark(150) },
      SEEN,
      { place: { hadUntil: 80, mark: { seq: 200, at: 99, isNotice: false } } },
    ],
    [
      'that has not come to its mark keeps it',
      { hadUntil: 60, mark: mark(151) },
      SEEN,
      { place: { hadUntil: 60, mark: mark(151) } },
    ],
    [
      'that was notified and has not acknowledged is not notified twice',
      { hadUntil: 40, mark: notice(180) },
      at({ isCurrent: true }, { noticesFloor: 100 }),
      { place: { hadUntil: 40, mark: notice(180) } },
    ],
    [
      'that was notified and has acknowledged has had everything up to then',
      { hadUntil: 40, mark: notice(180) },
      at({ floor: 130 }, { noticesFloor: 180 }),
      { place: { hadUntil: 90, mark: { seq: 200, at: 99, isNotice: false } } },
    ],
    [
      'whose notice was dropped before it came for it is notified again, since the same time',
      { hadUntil: 40, mark: notice(90) },
      at({}, { noticesFloor: 100 }),
      { tell: { since: 40 } },
    ],
    [
      'whose notices nothing delivers any more is notified again',
      { hadUntil: 40, mark: notice(180) },
      SEEN,
      { tell: { since: 40 } },
    ],
    [
      'that has filled its gap and missed more since is notified of that alone',
      { hadUntil: 10, mark: { ...notice(180), at: 45 } },
      at({}, { noticesFloor: 180 }),
      { tell: { since: 45 } },
    ],
  ])('%s', (_, place, seen, judgement) => {
    expect(judgeGap(place, seen)).toEqual(judgement);
  });
});
