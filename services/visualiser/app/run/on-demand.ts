/* Parts of a run's page that come after the first script: none of them says how the run stands. */
import { onDemand } from '../kit/on-demand.tsx';

const load = () => import('./parts.ts');
const loadForPerson = () => import('./person-parts.ts');

export const AnswerPart = onDemand(async () => (await loadForPerson()).AnswerCard);
export const AxisTipPart = onDemand(async () => (await load()).AxisTip);
export const ConsolePart = onDemand(async () => (await load()).Console);
export const ForkPart = onDemand(async () => (await load()).ForkButton);
export const FlowPart = onDemand(async () => (await load()).FlowTab);
export const LivePart = onDemand(async () => (await load()).LiveStage);
export const OutcomesPart = onDemand(async () => (await load()).LastOutcomes);
export const PauseButtonPart = onDemand(async () => (await load()).PauseButton);
export const PausePart = onDemand(async () => (await loadForPerson()).PauseCard);
export const ResultsPart = onDemand(async () => (await load()).ResultsCard);
export const TicketPart = onDemand(async () => (await load()).TicketButton);
export const TimelinePart = onDemand(async () => (await load()).Timeline);
export const OpenTracePart = onDemand(async () => (await load()).TraceButton);
