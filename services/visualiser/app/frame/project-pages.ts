/* The pages of what a project has in cards, as one script: each by itself would make all of them larger. */
export { BatchView } from '../batches/batch/view.tsx';
export { BatchesView } from '../batches/view.tsx';
export { ProfilesView } from '../profiles/view.tsx';
export { SchedulesView } from '../schedules/view.tsx';
export { VaultView } from '../vault/view.tsx';
export { WebhooksView } from '../webhooks/view.tsx';
