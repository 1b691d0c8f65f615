/* What a run's page shows of a run that waits for a person, and loads only then. */
export { AnswerCard } from './answer/answer-card.tsx';
export { PauseCard } from './pause/pause-card.tsx';
