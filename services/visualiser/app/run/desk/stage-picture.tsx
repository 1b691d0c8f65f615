import type { ComponentChildren } from 'preact';
import type { Moment } from '#shared/domain/story/moment.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { withoutDirections } from '../../kit/plain-text.ts';
import { formatOffset } from '../../text/duration.ts';
import { text } from '../../text/text.ts';
import { LargeScreen, Screen } from '../pictures/screen.tsx';

export interface StagePictureProps {
  moment: Moment;
  startedAt: number;
  onEnlarge(): void;
}

/** What the page looked like at a moment, and after which step: it may be an earlier one than the one under way. */
export function StagePicture({
  moment,
  startedAt,
  onEnlarge,
  children,
}: StagePictureProps & { children?: ComponentChildren }) {
  const { alt, caption } = pictureOf(moment, startedAt);
  return (
    <div class="moment">
      <Screen path={moment.picture} alt={alt} onEnlarge={onEnlarge} />
      <p class="moment-caption">{caption}</p>
      {children}
    </div>
  );
}

interface LargePictureProps extends Pick<StagePictureProps, 'moment' | 'startedAt'> {
  onClose(): void;
}

export function LargePicture({ moment, startedAt, onClose }: LargePictureProps) {
  const { alt, caption } = pictureOf(moment, startedAt);
  return <LargeScreen path={moment.picture} alt={alt} caption={caption ?? moment.state} onClose={onClose} />;
}

function pictureOf({ steps, picture }: Moment, startedAt: number): { alt: string; caption?: string } {
  const { run } = text.value;
  const step = steps.findLast((one) => one.picture !== undefined && one.picture === picture);
  if (!step) return { alt: run.pictureOf('') };
  const number = step.index + 1;
  return {
    alt: run.pictureOf(`${number}. ${step.step.action}`),
    caption: run.pictureCaption(
      withoutDirections(`${number}. ${describeStep(step.step)}`),
      formatOffset((step.ended ?? step.began).at - startedAt).slice(1),
    ),
  };
}
