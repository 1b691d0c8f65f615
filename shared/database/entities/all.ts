import { ApiKeyEntity, ProjectEntity, ProjectMemberEntity, UserEntity } from './accounts.ts';
import { LateResultEntity, RunEntity, RunEventEntity, StatusChangeEntity, StepEntity } from './runs.ts';

export const ENTITIES = [
  UserEntity,
  ProjectEntity,
  ProjectMemberEntity,
  ApiKeyEntity,
  RunEntity,
  RunEventEntity,
  StatusChangeEntity,
  StepEntity,
  LateResultEntity,
];
