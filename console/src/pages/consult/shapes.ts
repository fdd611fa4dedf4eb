import type { Shape } from '@/api/client';

/** The shapes of the API that these pages use, under the names they use them by. */
export type Rule = Shape<'ReplyRule'>;
export type RuleDraft = Shape<'ReplyRuleDraft'>;
export type Trigger = RuleDraft['triggers'][number];
export type Content = RuleDraft['replies'][number];
export type News = Required<Extract<Content, { news: unknown }>['news']>;
export type RuleWindow = Required<NonNullable<Rule['window']>>;
export type FieldProblem = Shape<'FieldProblem'>;
export type Refused = Shape<'RefusedRule'>;
export type Named = Shape<'Named'>;
export type Faq = Shape<'Faq'>;
export type FaqDraft = Shape<'FaqDraft'>;
export type FaqMeasure = Shape<'FaqMeasure'>;
export type Trial = Shape<'Trial'>;
export type Conversation = Shape<'Conversation'>;
export type ConversationView = Shape<'ConversationView'>;
export type Message = Shape<'ConversationMessage'>;
export type MessageFile = Shape<'MessageFile'>;
export type Reader = Shape<'ReaderCard'>;
export type SitePage = Shape<'SitePage'>;
export type CannedReply = Shape<'CannedReply'>;
export type FigureDay = Shape<'ConsultationDay'>;
export type Figures = Shape<'ConsultationFigures'>;
export type Unanswered = Shape<'UnansweredQuestion'>;
