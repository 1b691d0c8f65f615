import {
  ApiKeyEntity,
  LoginAddressEntity,
  LoginAttemptEntity,
  ProjectEntity,
  ProjectInvitationEntity,
  ProjectMemberEntity,
  SubscriberConsumerEntity,
  UserEntity,
} from './accounts.ts';
import {
  CancelJobEntity,
  CancelJobRunEntity,
  IdempotencyKeyEntity,
  LateResultEntity,
  RunEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
} from './runs.ts';

export const ENTITIES = [
  UserEntity,
  ProjectEntity,
  ProjectMemberEntity,
  ProjectInvitationEntity,
  ApiKeyEntity,
  LoginAddressEntity,
  LoginAttemptEntity,
  SubscriberConsumerEntity,
  RunEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
  LateResultEntity,
  IdempotencyKeyEntity,
  CancelJobEntity,
  CancelJobRunEntity,
];
