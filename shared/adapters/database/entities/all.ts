import {
  ApiKeyEntity,
  LoginAddressEntity,
  LoginAttemptEntity,
  ProjectEntity,
  ProjectInvitationEntity,
  ProjectMemberEntity,
  SubscriberConsumerEntity,
  UserEntity,
  UserSessionEntity,
} from './accounts.ts';
import {
  BatchAttemptEntity,
  BatchEndEntity,
  BatchEntity,
  BatchFlowEntity,
  BatchTestEntity,
} from './batches.ts';
import { FlowVersionEntity, NamedFlowEntity } from './flows.ts';
import { ProfileEntity, ProfileVersionEntity } from './profiles.ts';
import {
  CancelJobEntity,
  CancelJobRunEntity,
  IdempotencyKeyEntity,
  LateResultEntity,
  LeaseEntity,
  PageStateEntity,
  RunEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
  UnpublishedEntity,
} from './runs.ts';
import { OccurrenceEntity, ScheduleEndEntity, ScheduleEntity } from './schedules.ts';
import { SecretEntity, SecretUseEntity, TotpUseEntity } from './secrets.ts';
import { SystemSampleEntity } from './system.ts';
import { WebhookAttemptEntity, WebhookDeliveryEntity, WebhookEntity } from './webhooks.ts';

export const ENTITIES = [
  UserEntity,
  ProjectEntity,
  ProjectMemberEntity,
  ProjectInvitationEntity,
  ApiKeyEntity,
  LoginAddressEntity,
  LoginAttemptEntity,
  UserSessionEntity,
  SubscriberConsumerEntity,
  RunEntity,
  LeaseEntity,
  UnpublishedEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
  PageStateEntity,
  LateResultEntity,
  IdempotencyKeyEntity,
  CancelJobEntity,
  CancelJobRunEntity,
  NamedFlowEntity,
  FlowVersionEntity,
  WebhookEntity,
  WebhookDeliveryEntity,
  WebhookAttemptEntity,
  SecretEntity,
  SecretUseEntity,
  TotpUseEntity,
  ProfileEntity,
  ProfileVersionEntity,
  ScheduleEntity,
  OccurrenceEntity,
  ScheduleEndEntity,
  BatchEntity,
  BatchFlowEntity,
  BatchTestEntity,
  BatchAttemptEntity,
  BatchEndEntity,
  SystemSampleEntity,
];
