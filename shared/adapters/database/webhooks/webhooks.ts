/* The webhooks of projects: only their owners make, read and change them (I11). A secret leaves only with what made it. */
import { sortedLabels } from '#shared/domain/run/labels.ts';
import { reaches } from '../accounts/account-limits.ts';
import { asOwner, type ChangeRefusal, type ProjectChange } from '../accounts/as-owner.ts';
import { type Columns, columns } from '../columns.ts';
import type { WebhookEntity } from '../entities/webhooks.ts';
import type { Sql } from '../sql.ts';
import { FAILING_AFTER } from './outcome.ts';

const SHOWN = [
  ...(['id', 'url', 'description', 'events', 'filterName', 'filterLabels', 'previousUntil'] as const),
  ...(['createdAt', 'disabled', 'disabledAt', 'failingSince'] as const),
  ...(['lastError', 'lastErrorCode', 'lastStatus'] as const),
] as const;

/** A webhook as it is shown: without its secrets. */
export interface WebhookRow extends Columns<typeof WebhookEntity, (typeof SHOWN)[number]> {
  /** Its last attempts failed, whatever it was sent. */
  failing: boolean;
  /** Not tried before: it fails, or its receiver asked for a pause. */
  retryAt: Date | null;
  /** The e-mail of its maker; null once that user is deleted. */
  maker: string | null;
}

const COLUMNS = `${columns<typeof WebhookEntity>(SHOWN, 'webhooks')}, webhooks.failures >= ${FAILING_AFTER} as failing,
  greatest(webhooks.retry_at, case when webhooks.held_until > clock_timestamp() then webhooks.held_until end) as "retryAt",
  (select email from users where users.id = webhooks.user_id and deleted_at is null) as maker`;

/** Which webhook of which project is changed, and by whom. */
export type WebhookChange = ProjectChange & { webhookId: string };

/** The runs whose messages a webhook gets; what is left out counts for all. */
export interface WebhookFilter {
  /** Exactly this; empty: whatever they are called. */
  name?: string | undefined;
  /** They have all of these. */
  labels?: readonly string[] | undefined;
}

export interface NewWebhook {
  id: string;
  /** Null: its messages are kept to be read. */
  url: string | null;
  description: string;
  events: readonly string[];
  filter?: WebhookFilter | undefined;
  secret: string;
}

/** `most`: how many the project may have. */
export const createWebhook = (
  sql: Sql,
  { by, projectId, ...given }: ProjectChange & NewWebhook,
  most: number | undefined,
): Promise<WebhookRow | 'too_many_webhooks' | ChangeRefusal> =>
  asOwner<WebhookRow | 'too_many_webhooks'>(sql, { projectId, by }, async (inner) => {
    const { id, url, description, events, filter = {}, secret } = given;
    const filters = { filterName: filter.name || null, filterLabels: sortedLabels(filter.labels ?? []) };
    const values = { id, url, description, events, ...filters, secret, projectId, most: most ?? null };
    return (
      (await inner.row<WebhookRow>(CREATE, { ...values, userId: by.userId })) ??
      ('too_many_webhooks' as const)
    );
  });

const CREATE = `
insert into webhooks (id, project_id, user_id, url, description, events, filter_name, filter_labels, secret, read_at)
select :id::uuid, :projectId::uuid, :userId::uuid, :url, :description, :events::text[], :filterName::text, :filterLabels::text[], :secret,
  case when :url::text is null then clock_timestamp() end
where not ${reaches('webhooks where project_id = :projectId', ':most')}
returning ${COLUMNS}`;

/** Oldest first. */
export const listWebhooks = (sql: Sql, projectId: string): Promise<WebhookRow[]> =>
  sql.rows<WebhookRow>(
    `select ${COLUMNS} from webhooks where project_id = :projectId order by created_at, id`,
    { projectId },
  );

export const findWebhook = (
  sql: Sql,
  projectId: string,
  webhookId: string,
): Promise<WebhookRow | undefined> =>
  sql.row<WebhookRow>(`select ${COLUMNS} from webhooks where project_id = :projectId and id = :webhookId`, {
    projectId,
    webhookId,
  });

interface WebhookFields {
  url?: string | undefined;
  description?: string | undefined;
  events?: readonly string[] | undefined;
  filter?: WebhookFilter | undefined;
  /** True: it is sent what is pending at once, and notified of what happens from now on. */
  enabled?: boolean | undefined;
}

/** A webhook that was changed. */
export interface ChangedWebhook extends WebhookRow {
  /** It was enabled after its maker had left, who knew its secret: the new one signs alone. */
  hasNewSecret: boolean;
}

/**
 * Changes what is given. A new URL, or enabling, resets its failures and makes all pending deliveries due. The user who
 * changes the URL, or enables it after its maker left (then with a new `secret`), becomes its maker.
 */
export function changeWebhook(
  sql: Sql,
  { webhookId, fields, secret, ...change }: WebhookChange & { fields: WebhookFields; secret: string },
): Promise<ChangedWebhook | 'webhook_without_url' | ChangeRefusal> {
  return asOwner<ChangedWebhook | 'webhook_without_url' | 'not_found'>(sql, change, async (inner) => {
    const { url = null, description = null, events = null, filter = {}, enabled = null } = fields;
    const { name: filterName = null, labels } = filter;
    const filters = { filterName, filterLabels: labels === undefined ? null : sortedLabels(labels) };
    const about = { webhookId, projectId: change.projectId, by: change.by.userId, secret };
    const values = { ...about, url, description, events, ...filters, enabled };
    const changed = await inner.row<ChangedWebhook>(CHANGE, values);
    if (changed) return changed;
    return (await findWebhook(inner, change.projectId, webhookId)) ? 'webhook_without_url' : 'not_found';
  });
}

const IS_ELSEWHERE = '(:url::text is not null and :url <> url)';
const ANEW = `(:enabled::boolean or ${IS_ELSEWHERE})`;
const IS_TAKEN_OVER = `(:enabled::boolean and disabled = 'maker')`;
const CHANGE = `
update webhooks set url = coalesce(:url, url),
  user_id = case when ${IS_ELSEWHERE} or ${IS_TAKEN_OVER} then :by::uuid else user_id end,
  secret = case when ${IS_TAKEN_OVER} then :secret else secret end,
  previous_secret = case when ${IS_TAKEN_OVER} then null else previous_secret end,
  previous_until = case when ${IS_TAKEN_OVER} then null else previous_until end,
  description = coalesce(:description, description), events = coalesce(:events::text[], events),
  filter_name = case when :filterName::text is null then filter_name else nullif(:filterName, '') end,
  filter_labels = coalesce(:filterLabels::text[], filter_labels),
  disabled = case when :enabled then null when not :enabled then coalesce(disabled, 'user') else disabled end,
  disabled_at = case when :enabled then null when not :enabled then coalesce(disabled_at, clock_timestamp()) else disabled_at end,
  failures = case when ${ANEW} then 0 else failures end,
  failing_since = case when ${ANEW} then null else failing_since end,
  retry_at = case when ${ANEW} then null else retry_at end,
  held_until = case when ${ANEW} then null else held_until end,
  make_due_from = case when ${ANEW} then clock_timestamp() else make_due_from end,
  since = case when ${ANEW} then clock_timestamp() else since end,
  last_error = case when ${ANEW} then null else last_error end,
  last_error_code = case when ${ANEW} then null else last_error_code end,
  last_status = case when ${ANEW} then null else last_status end
where id = :webhookId and project_id = :projectId and (:url::text is null or url is not null)
returning ${COLUMNS}, secret = :secret as "hasNewSecret"`;

/** The secret signs from now on; the one before too, for `keepMs`. An older one that still did does no more. */
export const rotateSecret = (
  sql: Sql,
  { webhookId, secret, keepMs, ...change }: WebhookChange & { secret: string; keepMs: number },
): Promise<WebhookRow | ChangeRefusal> =>
  asOwner<WebhookRow | 'not_found'>(sql, change, async (inner) => {
    const values = { webhookId, projectId: change.projectId, secret, keepMs };
    return (await inner.row<WebhookRow>(ROTATE, values)) ?? 'not_found';
  });

const ROTATE = `
update webhooks set secret = :secret,
  previous_secret = case when :keepMs::float8 > 0 then secret end,
  previous_until = case when :keepMs::float8 > 0 then clock_timestamp() + :keepMs::float8 * interval '1 ms' end
where id = :webhookId and project_id = :projectId
returning ${COLUMNS}`;

/** Retention deletes its deliveries later, so that the caller need not wait. */
export const deleteWebhook = (
  sql: Sql,
  { webhookId, ...change }: WebhookChange,
): Promise<'deleted' | ChangeRefusal> =>
  asOwner<'deleted' | 'not_found'>(sql, change, async (inner) => {
    const values = { webhookId, projectId: change.projectId };
    return (await inner.row(DELETE, values)) ? 'deleted' : 'not_found';
  });

const DELETE = 'delete from webhooks where id = :webhookId and project_id = :projectId returning id';
