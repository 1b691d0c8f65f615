import { defineEntity, p } from '@mikro-orm/core';

/** A flow that a project keeps under a name. */
export const NamedFlowEntity = defineEntity({
  name: 'NamedFlow',
  tableName: 'flows',
  properties: {
    id: p.uuid().primary(),
    projectId: p.uuid(),
    name: p.text(),
    /** The newest. */
    version: p.integer(),
    description: p.text(),
    deletedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** What a flow was from one change to the next; never changed. */
export const FlowVersionEntity = defineEntity({
  name: 'FlowVersion',
  tableName: 'flow_versions',
  properties: {
    flowId: p.uuid().primary(),
    version: p.integer().primary(),
    /** What was written; it holds no secret. */
    body: p.json<Record<string, unknown>>().lazy(),
    /** Bytes that are the same for the same content. */
    digest: p.blob().lazy(),
    /** Who stored it. */
    userId: p.uuid(),
    createdAt: p.datetime(),
  },
});
