import type { Shape } from '@/api/client';

export type OfficialAccount = Shape<'OfficialAccount'>;
export type CheckStep = Shape<'AccountCheckStep'>;
export type StepState = Shape<'StepState'>;
export type AccountMenu = Shape<'AccountMenu'>;
export type MenuColumn = Shape<'MenuColumn'>;
export type MenuEntry = Shape<'MenuEntry'>;
export type MenuFault = Shape<'MenuFault'>;
export type MenuVersion = Shape<'MenuVersion'>;
export type SceneCode = Shape<'SceneCode'>;
export type CodePurpose = Shape<'CodePurpose'>;
