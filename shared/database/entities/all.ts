import {
  ApiKeyEntity,
  LoginAttemptEntity,
  ProjectEntity,
  ProjectMemberEntity,
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
  ApiKeyEntity,
  LoginAttemptEntity,
  RunEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
  LateResultEntity,
  IdempotencyKeyEntity,
  CancelJobEntity,
  CancelJobRunEntity,
];
