import { useState } from 'preact/hooks';
import { isFinal } from '#shared/domain/run/status.ts';
import type { Looked } from '../looked.ts';
import { useReceipt } from '../stop/receipt.ts';
import { ReceiptCard } from '../stop/receipt-card.tsx';
import { StoppingCard } from '../stop/stopping-card.tsx';
import { VerdictCard } from '../stop/verdict-card.tsx';
import { toneOf } from '../tone.ts';
import { StateChart } from './state-chart.tsx';

export interface ChartSideProps extends Looked {
  /** It has a place of its own, higher than wide. */
  isBeside: boolean;
}

/**
 * The state chart, and how the run is being stopped, or was. What comes while the run goes on has a place where the chart
 * stays where it is: the receipt below it, and the ladder, if there is no tab that opens with it, at the foot.
 */
export function ChartSide({ run, events, moment, newest, isLive, isBeside, onMove }: ChartSideProps) {
  const [wasOver] = useState(isFinal(run.status));
  const isReceiptFirst = wasOver && !isBeside;
  const isAtFoot = isBeside && !wasOver;
  const { cancel } = run;
  const isAsked = cancel?.requestedAt !== undefined || newest.cancel !== undefined;
  const receipt = useReceipt(run.id, isAsked, newest.state);
  const whole = receipt.receipt?.final && <ReceiptCard receipt={receipt.receipt} />;
  const ladder = isAsked && <StoppingCard moment={newest} {...receipt} />;
  const lastEntry = (state: string) =>
    events.findLast((event) => event.type === 'transition' && event.payload.to === state)?.seq ?? 0;
  return (
    <div class={wasOver ? 'chart-side was-over' : 'chart-side'}>
      {cancel?.verdict && <VerdictCard cancel={cancel} />}
      {!isAtFoot && ladder}
      {isReceiptFirst && whole}
      <div class="run-chart">
        <StateChart
          moment={moment}
          isLive={isLive}
          tone={toneOf(moment)}
          onChoose={(state) => onMove(lastEntry(state))}
        />
      </div>
      {isAtFoot && ladder}
      {!isReceiptFirst && whole}
    </div>
  );
}
