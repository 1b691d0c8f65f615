/* What of a run's page comes after the first script, as one script: each by itself would be larger, and all together more. */
export { AxisTip } from './axis/axis-tip.tsx';
export { FlowTab } from './flow/stored-flow.tsx';
export { ForkButton } from './fork/fork-button.tsx';
export { LastOutcomes } from './history/last-outcomes.tsx';
export { LiveStage } from './live/live-stage.tsx';
export { PauseButton } from './pause/pause-button.tsx';
export { TraceButton } from './playwright-trace/trace-button.tsx';
export { ResultsCard } from './results/results-card.tsx';
export { Console } from './said/console.tsx';
export { Timeline } from './steps/timeline.tsx';
export { TicketButton } from './ticket/ticket-button.tsx';
